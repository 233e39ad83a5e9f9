//! Files that a command writes: whole or not at all, and never over what it reads.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use super::Failure;

/// A file in the making. Dropped without [`Output::keep`], it leaves nothing behind.
pub struct Output {
    target: PathBuf,
    draft: PathBuf,
    file: File,
    kept: bool,
}

impl Output {
    /// Opens a draft beside a file, before any long work, so that a place that cannot be written is known at once.
    /// A link is followed; anything but a file, and each of `others`, is refused.
    pub fn at(path: &Path, others: &[&Path]) -> Result<Self, Failure> {
        let told = |what: &dyn std::fmt::Display| Failure::from(format!("{} : {what}", path.display()));
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if target.metadata().is_ok_and(|known| !known.is_file()) {
            return Err(told(&"n’est pas un fichier ; choisissez un autre nom"));
        }
        let same = |other: &&&Path| other.canonicalize().unwrap_or_else(|_| other.to_path_buf()) == target;
        if let Some(other) = others.iter().find(same) {
            return Err(told(&format!("est aussi {}, qui serait perdu", other.display())));
        }
        let mut name = target.file_name().ok_or_else(|| told(&"n’est pas un nom de fichier"))?.to_owned();
        name.push(format!(".draft-{}", std::process::id()));
        let draft = target.with_file_name(name);
        let file = File::create(&draft).map_err(|error| told(&error))?;
        Ok(Self { target, draft, file, kept: false })
    }

    /// Writes all and puts the file in its place.
    pub fn keep(mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_all());
        let placed = written.and_then(|()| std::fs::rename(&self.draft, &self.target));
        placed.map_err(|error| format!("{} : {error}", self.target.display()))?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.kept {
            // Whoever reads the folder later finds no half of a file.
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Output;

    type Fault = Box<dyn std::error::Error + Send + Sync>;

    #[test]
    fn a_file_is_written_whole_and_a_draft_that_is_not_kept_is_gone() -> Result<(), Fault> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("status.csv");
        drop(Output::at(&path, &[])?);
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
        Output::at(&path, &[])?.keep(b"id,status\n")?;
        assert_eq!(std::fs::read_to_string(&path)?, "id,status\n");
        Ok(())
    }

    #[test]
    fn neither_a_folder_nor_a_device_nor_what_is_read_is_written_over() -> Result<(), Fault> {
        let folder = tempfile::tempdir()?;
        let cells = folder.path().join("cells.csv");
        std::fs::write(&cells, "id")?;
        assert!(Output::at(folder.path(), &[]).is_err());
        assert!(Output::at(std::path::Path::new("/dev/null"), &[]).is_err());
        assert!(Output::at(&cells, &[&cells]).is_err());
        assert_eq!(std::fs::read_to_string(&cells)?, "id");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one() -> Result<(), Fault> {
        let folder = tempfile::tempdir()?;
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        std::fs::write(&real, "old")?;
        std::os::unix::fs::symlink(&real, &link)?;
        Output::at(&link, &[])?.keep(b"new")?;
        assert!(link.symlink_metadata()?.is_symlink());
        assert_eq!(std::fs::read_to_string(&real)?, "new");
        Ok(())
    }
}
