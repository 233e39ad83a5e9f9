// Names that a resolver cannot even spell.

pub fn forge_disclosed() -> crate::secrecy::Disclosed {
    crate::secrecy::Disclosed(Ok(1.0)) //~ E0423
}

pub fn name_the_vaults_table() -> impl Sized {
    crate::store::vault::sheets::Entity //~ E0603
}
