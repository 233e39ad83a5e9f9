//! The masks of a plan in the making, each held by the moves that need it.
//!
//! A mask lives as long as a move uses it, and a move as long as it serves a need: what no certificate
//! needs is given back by itself. Changes are journalled, so that a trial that does not pay is undone.

use super::{
    eliminate::Eliminated,
    lattice::Lattice,
    needs::{Need, Wanted},
    search::{Move, Reach, Search},
    system::{ColumnIndex, NONE, System},
};

/// Position of a need.
pub type NeedIndex = u32;
type MoveIndex = u32;

struct Known {
    steps: Move,
    serves: Vec<NeedIndex>,
}

enum Change {
    Attached { need: NeedIndex, to: MoveIndex },
    Detached { need: NeedIndex, from: MoveIndex },
    Added(MoveIndex),
    Removed(MoveIndex, Move),
}

/// How many times as many steps a search takes as a walk over the lattice, whose steps cost more.
const WALKED: u32 = 8;

/// Masks, moves and needs.
pub struct Pattern<'a> {
    system: &'a System,
    search: Search<'a>,
    needs: Vec<Need>,
    /// Never shown or sensitive: masked whatever happens.
    always: Vec<bool>,
    moves: Vec<Option<Known>>,
    vacant: Vec<MoveIndex>,
    users: Vec<Vec<MoveIndex>>,
    served_by: Vec<MoveIndex>,
    secondary: Vec<ColumnIndex>,
    place: Vec<u32>,
    /// Columns that searches may use as if they were masked, for a while.
    lent: Vec<bool>,
    /// Vectors over what is lent and masked.
    lattice: Option<Lattice>,
    columns_of: Vec<Vec<ColumnIndex>>,
    /// Columns that somebody holds the leave to see.
    held: Vec<ColumnIndex>,
    cost: u64,
    journal: Vec<Change>,
}

impl<'a> Pattern<'a> {
    /// A pattern in which only `always` is masked, and nothing is proved yet.
    pub fn new(system: &'a System, always: Vec<bool>, needs: Vec<Need>) -> Self {
        let wanted = needs.len();
        let mut search = Search::over(system);
        for (column, always) in always.iter().enumerate() {
            if *always {
                search.set_masked(column as ColumnIndex, true);
            }
        }
        let owners = system.owner.iter().filter(|owner| **owner != NONE).max();
        let mut columns_of = vec![Vec::new(); owners.map_or(0, |owner| *owner as usize + 1)];
        for (column, owner) in system.owner.iter().enumerate() {
            if *owner != NONE {
                columns_of[*owner as usize].push(column as ColumnIndex);
            }
        }
        Self {
            system,
            search,
            needs,
            always,
            moves: Vec::new(),
            vacant: Vec::new(),
            users: vec![Vec::new(); system.len()],
            served_by: vec![NONE; wanted],
            secondary: Vec::new(),
            place: vec![NONE; system.len()],
            lent: vec![false; system.len()],
            lattice: None,
            columns_of,
            held: (0..system.len() as ColumnIndex)
                .filter(|at| !system.holders[*at as usize].is_nobody())
                .collect(),
            cost: 0,
            journal: Vec::new(),
        }
    }

    /// What the masks cost, sensitive cells apart.
    pub const fn cost(&self) -> u64 {
        self.cost
    }

    /// Steps that searches took so far.
    pub const fn spent(&self) -> u64 {
        self.search.spent
    }

    /// The columns that are masked for others.
    pub fn secondary(&self) -> &[ColumnIndex] {
        &self.secondary
    }

    /// Whether a column is masked for others.
    pub fn is_secondary(&self, column: ColumnIndex) -> bool {
        self.place[column as usize] != NONE
    }

    /// Whether a column is masked.
    pub fn is_masked(&self, column: ColumnIndex) -> bool {
        self.search.is_masked(column)
    }

    /// Lets moves use the columns of an elimination as if they were masked, until [`Self::recall`].
    pub fn lend(&mut self, eliminated: Eliminated) {
        self.lattice = Some(Lattice::of(self.system, eliminated.vectors));
        for (column, lent) in eliminated.masked.iter().enumerate() {
            if *lent && !self.always[column] {
                self.lent[column] = true;
                self.search.set_masked(column as ColumnIndex, true);
            }
        }
    }

    /// Takes back what was lent and is not used.
    pub fn recall(&mut self) {
        self.lattice = None;
        for column in 0..self.lent.len() {
            if std::mem::take(&mut self.lent[column]) && self.place[column] == NONE {
                self.search.set_masked(column as ColumnIndex, false);
            }
        }
    }

    /// A need.
    pub fn need(&self, need: NeedIndex) -> Need {
        self.needs[need as usize]
    }

    /// Changes what is wanted; the need must not be served.
    pub fn want(&mut self, need: NeedIndex, wanted: Wanted) {
        self.needs[need as usize].wanted = wanted;
    }

    /// Whether a need is served.
    pub fn is_served(&self, need: NeedIndex) -> bool {
        self.served_by[need as usize] != NONE
    }

    /// The move that serves a need.
    pub fn serving(&self, need: NeedIndex) -> Option<&Move> {
        self.moves.get(self.served_by[need as usize] as usize)?.as_ref().map(|known| &known.steps)
    }

    /// The number of the move that serves a need: needs with the same number share it.
    pub fn serving_index(&self, need: NeedIndex) -> Option<u32> {
        let index = self.served_by[need as usize];
        (index != NONE).then_some(index)
    }

    /// The needs whose moves use a column, each once.
    pub fn dependents(&self, column: ColumnIndex, needs: &mut Vec<NeedIndex>) {
        for index in &self.users[column as usize] {
            if let Some(known) = &self.moves[*index as usize] {
                needs.extend_from_slice(&known.serves);
            }
        }
    }

    /// Keeps searches off a column until [`Self::lift`].
    pub fn ban(&mut self, column: ColumnIndex) {
        self.search.ban(column);
    }

    /// Lifts a ban.
    pub fn lift(&mut self, column: ColumnIndex) {
        self.search.lift(column);
    }

    /// The single contributors among whom a move's cells are, but for the need's own.
    fn owners(&self, steps: &Move, own: ColumnIndex) -> Vec<u32> {
        let owner_of = |column: ColumnIndex| self.system.owner[column as usize];
        let mut owners: Vec<u32> = steps
            .iter()
            .map(|(column, _)| owner_of(*column))
            .filter(|owner| *owner != NONE && *owner != owner_of(own))
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// The contributors who would undo every one of these needs' moves by knowing their own cell.
    pub fn exposed_to(&self, needs: &[NeedIndex]) -> Vec<u32> {
        let mut shared: Option<Vec<u32>> = None;
        for need in needs {
            let Some(steps) = self.serving(*need) else { continue };
            let owners = self.owners(steps, self.needs[*need as usize].column);
            shared = Some(match shared {
                None => owners,
                Some(shared) => shared.into_iter().filter(|owner| owners.contains(owner)).collect(),
            });
            if shared.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        shared.unwrap_or_default()
    }

    /// Serves a need with a move that is there, or finds one that costs less than `bound`; never touches what
    /// one of `insiders` alone contributes to.
    pub fn protect(&mut self, need: NeedIndex, insiders: &[u32], bound: u64, reach: Reach) -> bool {
        let wanted = self.needs[need as usize];
        if wanted.wanted.is_nothing() {
            return true;
        }
        if let Some(index) = self.at_hand(wanted, insiders) {
            self.attach(need, index);
            return true;
        }
        let theirs = insiders.iter().flat_map(|owner| &self.columns_of[*owner as usize]);
        let own = self.system.holders[wanted.column as usize];
        let tells = |at: &&ColumnIndex| self.system.holders[**at as usize].has_other_than(own);
        let held = self.held.iter().filter(|at| wanted.apart && tells(at));
        let banned: Vec<ColumnIndex> =
            theirs.chain(held).copied().filter(|column| *column != wanted.column).collect();
        // A walk finds the same again: later attempts search.
        if reach.attempt == 0
            && let Some(lattice) = &mut self.lattice
            && let Some(steps) = lattice.walk(wanted, &banned, reach.steps / WALKED)
        {
            self.serve(need, steps);
            return true;
        }
        banned.iter().for_each(|column| self.search.ban(*column));
        let mut found = None;
        for amount in wanted.wanted.amounts() {
            let left = found.as_ref().map_or(bound, |best: &super::search::Found| best.cost.min(bound));
            found = self.search.reach(wanted.column, amount, left, reach).or(found);
        }
        banned.iter().for_each(|column| self.search.lift(*column));
        let Some(found) = found else { return false };
        if let Some(lattice) = &mut self.lattice {
            lattice.take_in(&found.steps);
        }
        self.serve(need, found.steps);
        true
    }

    fn serve(&mut self, need: NeedIndex, steps: Move) {
        let index = self.add(steps);
        self.journal.push(Change::Added(index));
        self.attach(need, index);
    }

    /// Serves a need for more by adding to a finest cell and all its totals.
    pub fn climb(&mut self, need: NeedIndex) -> bool {
        let wanted = self.needs[need as usize];
        let (Wanted::Up(amount) | Wanted::Either(amount)) = wanted.wanted else { return false };
        let Some(found) = self.search.climb(wanted.column, amount) else { return false };
        self.serve(need, found.steps);
        true
    }

    /// Serves a need with a move that is there and that some of these insiders do not undo: the one that the
    /// fewest of them do.
    pub fn narrow(&mut self, need: NeedIndex, insiders: &[u32]) -> bool {
        let wanted = self.needs[need as usize];
        let undone_by = |index: &MoveIndex| {
            let steps = &self.moves[*index as usize].as_ref()?.steps;
            let amount = steps.iter().find(|(column, _)| *column == wanted.column)?.1;
            if !wanted.wanted.is_met_by(amount) {
                return None;
            }
            let owners = self.owners(steps, wanted.column);
            let count = insiders.iter().filter(|owner| owners.contains(owner)).count();
            (count < insiders.len()).then_some((count, *index))
        };
        let best = self.users[wanted.column as usize].iter().filter_map(undone_by).min();
        if let Some((_, index)) = best {
            self.attach(need, index);
        }
        best.is_some()
    }

    fn at_hand(&self, need: Need, insiders: &[u32]) -> Option<MoveIndex> {
        self.users[need.column as usize].iter().copied().find(|index| {
            let Some(known) = &self.moves[*index as usize] else { return false };
            let amount = known.steps.iter().find(|(column, _)| *column == need.column);
            let own = self.system.holders[need.column as usize];
            let held =
                |(column, _): &(ColumnIndex, i64)| self.system.holders[*column as usize].has_other_than(own);
            amount.is_some_and(|(_, amount)| need.wanted.is_met_by(*amount))
                && !(need.apart && known.steps.iter().any(held))
                && (insiders.is_empty() || {
                    let owners = self.owners(&known.steps, need.column);
                    !owners.iter().any(|owner| insiders.contains(owner))
                })
        })
    }

    fn attach(&mut self, need: NeedIndex, to: MoveIndex) {
        self.raw_attach(need, to);
        self.journal.push(Change::Attached { need, to });
    }

    fn raw_attach(&mut self, need: NeedIndex, to: MoveIndex) {
        self.served_by[need as usize] = to;
        if let Some(known) = &mut self.moves[to as usize] {
            known.serves.push(need);
        }
    }

    /// Takes a need's move away; the move goes when nothing else needs it, and its masks with it.
    pub fn release(&mut self, need: NeedIndex) {
        let from = self.served_by[need as usize];
        if from == NONE {
            return;
        }
        self.raw_detach(need, from);
        self.journal.push(Change::Detached { need, from });
        if self.moves[from as usize].as_ref().is_some_and(|known| known.serves.is_empty())
            && let Some(steps) = self.remove(from)
        {
            self.journal.push(Change::Removed(from, steps));
        }
    }

    fn raw_detach(&mut self, need: NeedIndex, from: MoveIndex) {
        self.served_by[need as usize] = NONE;
        if let Some(known) = &mut self.moves[from as usize]
            && let Some(at) = known.serves.iter().position(|known| *known == need)
        {
            known.serves.swap_remove(at);
        }
    }

    fn add(&mut self, steps: Move) -> MoveIndex {
        let index = self.vacant.pop().unwrap_or(self.moves.len() as MoveIndex);
        self.put(index, steps);
        index
    }

    fn put(&mut self, index: MoveIndex, steps: Move) {
        for (column, _) in &steps {
            let at = *column as usize;
            self.users[at].push(index);
            if !self.always[at] && self.place[at] == NONE {
                self.place[at] = self.secondary.len() as u32;
                self.secondary.push(*column);
                self.cost += self.system.cost[at];
                self.search.set_masked(*column, true);
            }
        }
        let known = Some(Known { steps, serves: Vec::new() });
        if index as usize == self.moves.len() {
            self.moves.push(known);
        } else {
            self.moves[index as usize] = known;
        }
    }

    fn remove(&mut self, index: MoveIndex) -> Option<Move> {
        let known = self.moves[index as usize].take()?;
        self.vacant.push(index);
        for (column, _) in &known.steps {
            let at = *column as usize;
            if let Some(user) = self.users[at].iter().position(|user| *user == index) {
                self.users[at].swap_remove(user);
            }
            if self.users[at].is_empty() && self.place[at] != NONE {
                let place = self.place[at] as usize;
                self.secondary.swap_remove(place);
                if let Some(moved) = self.secondary.get(place) {
                    self.place[*moved as usize] = place as u32;
                }
                self.place[at] = NONE;
                self.cost -= self.system.cost[at];
                self.search.set_masked(*column, self.lent[at]);
            }
        }
        Some(known.steps)
    }

    /// Keeps everything done since the last call.
    pub fn commit(&mut self) {
        self.journal.clear();
    }

    /// Undoes everything done since the last commit.
    pub fn roll_back(&mut self) {
        while let Some(change) = self.journal.pop() {
            match change {
                Change::Attached { need, to } => self.raw_detach(need, to),
                Change::Detached { need, from } => self.raw_attach(need, from),
                Change::Added(index) => {
                    self.remove(index);
                }
                Change::Removed(index, steps) => {
                    // The number was the last to become vacant, for changes are undone backwards.
                    if self.vacant.pop() != Some(index) {
                        self.vacant.retain(|vacant| *vacant != index);
                    }
                    self.put(index, steps);
                }
            }
        }
    }
}
