//! Who asks for passkeys: this server, under its name.

use url::{Host, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The name and address that passkeys are bound to (the relying party of `WebAuthn`).
#[derive(Clone, Debug)]
pub struct RelyingParty(pub(super) Webauthn);

impl RelyingParty {
    /// The one of a server at this address. Passkeys are bound to a name: a server that goes by a number has none, and one on this
    /// very machine goes by `localhost`.
    pub fn of(public_url: &str) -> Option<Self> {
        let mut origin = Url::parse(public_url).ok()?;
        let is_loopback = match origin.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        if is_loopback {
            origin.set_host(Some("localhost")).ok()?;
        }
        let Host::Domain(name) = origin.host()? else { return None };
        let built = WebauthnBuilder::new(name, &origin).ok()?.rp_name("Keyloft").build();
        built.ok().map(Self)
    }

    /// Where passkeys work.
    pub fn origin(&self) -> String {
        let origin = self.0.get_allowed_origins().first();
        origin.map(|origin| origin.origin().ascii_serialization()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_bound_to_a_name() {
        for (public_url, origin) in [
            ("https://keyloft.example.org", Some("https://keyloft.example.org")),
            ("https://keyloft.example.org:8443", Some("https://keyloft.example.org:8443")),
            ("http://127.0.0.1:3000", Some("http://localhost:3000")),
            ("http://[::1]:3000", Some("http://localhost:3000")),
            ("https://10.0.0.1", None),
            ("nonsense", None),
        ] {
            let found = RelyingParty::of(public_url).map(|found| found.origin());
            assert_eq!(found.as_deref(), origin, "{public_url}");
        }
    }
}
