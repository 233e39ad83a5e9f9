//! Addresses of providers: nobody on the way may change what they answer.

use url::{Host, Url};

/// Reads an address of a provider: https, or http on this very machine; without user, password or fragment.
pub fn read(text: &str) -> Option<Url> {
    let address = Url::parse(text).ok()?;
    let safe = match address.scheme() {
        "https" => address.has_host(),
        "http" => is_loopback(&address),
        _ => false,
    };
    let bare = address.username().is_empty() && address.password().is_none() && address.fragment().is_none();
    (safe && bare).then_some(address)
}

/// Whether an address leads to this very machine.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn http_is_for_the_loopback_alone() {
        for good in [
            "https://id.example.org",
            "https://id.example.org/realms/a",
            "http://127.0.0.1:80",
            "http://[::1]/",
        ] {
            assert!(read(good).is_some(), "{good}");
        }
        for bad in [
            "http://id.example.org",
            "http://127.0.0.1@id.example.org",
            "http://localhost.example.org",
            "https://somebody@id.example.org",
            "https://id.example.org/#a",
            "file:///etc/passwd",
            "id.example.org",
            "",
        ] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
