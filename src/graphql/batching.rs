//! Loads wait until every resolver waits, so that what many ask one by one is read at once.
//!
//! A loader that starts after a delay of its own splits its keys by chance: more statements on a busy
//! machine, idle time on a quiet one. Here the loads of a request stand in a queue, and start when its
//! resolvers cannot go on without them. They run inside the request: when it ends, they end.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use async_graphql::dataloader::DataLoader;
use futures_util::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};

/// Turns that an execution may take before it lets others go first.
const MOST_TURNS: usize = 64;

/// Loads that wait for their turn.
#[derive(Clone, Default)]
pub struct Queue(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Queue {
    /// A loader whose loads wait in this queue.
    pub fn loader<L: Send + Sync + 'static>(&self, loader: L) -> DataLoader<L> {
        let queue = self.clone();
        DataLoader::new(loader, move |load| queue.lock().push(load)).delay(Duration::ZERO)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<BoxFuture<'static, ()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Remembers whether the execution woke itself while it was polled: then it is not waiting, it only let
/// others go first, and its loads are not complete yet.
struct Stirred {
    stirred: AtomicBool,
    outer: Mutex<Option<Waker>>,
}

impl Wake for Stirred {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.stirred.store(true, Ordering::Release);
        if let Some(outer) = self.outer.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            outer.wake_by_ref();
        }
    }
}

/// An execution together with the loads of its resolvers.
pub struct Batching<'a, T> {
    execution: BoxFuture<'a, T>,
    stirred: Arc<Stirred>,
    queue: Queue,
    running: FuturesUnordered<BoxFuture<'static, ()>>,
}

impl<'a, T> Batching<'a, T> {
    /// Runs an execution and the loads that its resolvers put into the queue.
    pub fn new(execution: impl Future<Output = T> + Send + 'a, queue: Queue) -> Self {
        let stirred = Arc::new(Stirred { stirred: AtomicBool::new(false), outer: Mutex::new(None) });
        Self { execution: Box::pin(execution), stirred, queue, running: FuturesUnordered::new() }
    }
}

impl<T> Future for Batching<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        *self.stirred.outer.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        let waker = Waker::from(Arc::clone(&self.stirred));
        for _ in 0..MOST_TURNS {
            self.stirred.stirred.store(false, Ordering::Release);
            if let Poll::Ready(answer) = self.execution.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(answer);
            }
            if self.stirred.stirred.load(Ordering::Acquire) {
                continue;
            }
            let waiting = std::mem::take(&mut *self.queue.lock());
            self.running.extend(waiting);
            // Every load that is done may let resolvers go on; poll them again before starting more.
            match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
        // Others must have their turn, the time limit of this very request among them.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
