//! Addresses as browsers write them: origins, and those of this machine.

/// Reads an origin as people write it, such as `HTTPS://Mugs.example.com/`. Returns it as browsers
/// send it, `https://mugs.example.com`, or `None` if the text is no secure origin.
pub(crate) fn read_origin(text: &str) -> Option<String> {
    let Address { origin, text } = Address::parse(text.trim())?;
    let (scheme, host) = scheme_and_host(&origin)?;
    let is_secure = scheme == "https" || (scheme == "http" && is_local(host));
    // Nothing else may stand in it: no name, no path, no query.
    let is_bare = text == format!("{origin}/");
    (is_secure && is_bare).then_some(origin)
}

/// Returns true if an address is one of this machine that can stand for that of a provider in
/// development: without a slash at its end, because paths are put after it.
pub(crate) fn is_loopback(base: &str) -> bool {
    let Some(address) = Address::parse(base) else { return false };
    let is_here = [Some(("http", "127.0.0.1")), Some(("http", "localhost"))];
    is_here.contains(&scheme_and_host(&address.origin)) && !base.ends_with('/')
}

/// Returns true for this machine.
pub(crate) fn is_local(authority: &str) -> bool {
    let host = authority.split(':').next().unwrap_or_default();
    host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost")
}

/// An address as browsers write it.
pub(crate) struct Address {
    pub(crate) origin: String,
    pub(crate) text: String,
}

impl Address {
    /// Parses an address. The runtime does it, so the Worker embeds no parser: that is 17 KB.
    #[cfg(target_family = "wasm")]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = web_sys::Url::new(text).ok()?;
        Some(Self { origin: url.origin(), text: url.href() })
    }

    /// Parses an address for the tests of this machine. Hosts that are not ASCII are the runtime's:
    /// the tests of the API show that it reads them.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = worker::Url::parse(text).ok().filter(|_| text.is_ascii())?;
        Some(Self { origin: url.origin().ascii_serialization(), text: url.to_string() })
    }
}

/// `https` and `mugs.example.com`, of an origin with or without a port.
fn scheme_and_host(origin: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = origin.split_once("://")?;
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    Some((scheme, host))
}
