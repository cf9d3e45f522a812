//! The address of the site behind a shop, by which deliveries of the shop's copies are recognised.

use crate::platform::address::Address;

/// Characters in the longest address of a site that is read.
const LENGTH_MAX: usize = 1_000;

/// The address of a site, such as `mugs.example.com` or `mugs.example.com/shop`: the host, a port
/// that is not the usual one, and the directory. The scheme is left out.
#[derive(Clone, Debug)]
pub(crate) struct Site(String);

/// The last labels of names that are not of the public internet.
const PRIVATE: [&str; 7] = ["arpa", "corp", "home", "internal", "lan", "local", "localhost"];

/// The site from which a delivery comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The shop itself, or a site that the delivery does not name.
    Shop,
    /// The shop itself, whose site was not known before.
    NewShop(Site),
    /// Another site, with the shop's secret: a copy of the shop.
    Copy(Site),
}

impl Site {
    /// Reads an address such as `https://www.mugs.example.com/shop/`, with or without its scheme.
    pub(crate) fn read(address: &str) -> Option<Self> {
        let address = address.trim();
        if address.len() > LENGTH_MAX {
            return None;
        }
        let scheme = if address.contains("://") { "" } else { "https://" };
        let Address { origin, text } = Address::parse(&format!("{scheme}{address}"))?;
        let path = text.strip_prefix(&origin)?.split(['?', '#']).next().unwrap_or_default();
        let (scheme, authority) = origin.split_once("://")?;
        let is_web = ["http", "https"].contains(&scheme) && !authority.is_empty();
        is_web.then(|| Self(format!("{authority}{}", path.trim_end_matches('/'))))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, and a port that is not the usual one.
    pub(crate) fn authority(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// Returns the address at which the site's API is called; `None` if the host is no name of the
    /// public internet. In development, this machine may be called.
    pub(crate) fn public_address(&self, development: bool) -> Option<String> {
        let (host, _) = self.authority().split_once(':').unwrap_or((self.authority(), ""));
        if development && ["localhost", "127.0.0.1"].contains(&host) {
            return Some(format!("http://{}", self.without_language()));
        }
        let (name, last) = host.rsplit_once('.')?;
        // Numbers and brackets are addresses of machines.
        let is_name = !name.is_empty()
            && last.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            || last.starts_with("xn--");
        let is_public = !PRIVATE.contains(&last);
        (is_name && is_public).then(|| format!("https://{}", self.without_language()))
    }

    fn without_language(&self) -> &str {
        match self.0.rsplit_once('/') {
            Some((before, last)) if is_language(last) => before,
            _ => &self.0,
        }
    }

    /// Returns true if both are on the same host, with or without `www`.
    pub(crate) fn is_on_host_of(&self, other: &Self) -> bool {
        bare(self.authority()) == bare(other.authority())
    }

    /// Returns the address without `www` and without the directory of a language.
    fn key(&self) -> &str {
        bare(self.without_language())
    }
}

impl PartialEq for Site {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Site {}

fn bare(address: &str) -> &str {
    address.strip_prefix("www.").unwrap_or(address)
}

/// Returns true for a directory such as `/de` or `/pt-br`, in which plugins put a language of the
/// same site.
fn is_language(directory: &str) -> bool {
    let (language, region) = directory.split_once('-').unwrap_or((directory, "xx"));
    let is_code =
        |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code(language) && is_code(region)
}

/// Compares the site that a delivery names with the site of the shop. Before the first delivery, the
/// host of the storefront decides; `None` if the platform's addresses differ from it.
pub(crate) fn sender(named: Option<Site>, known: Option<&str>, origin: Option<&str>) -> Sender {
    let Some(named) = named else { return Sender::Shop };
    let storefront = origin.and_then(Site::read);
    match (known.and_then(Site::read), storefront) {
        (Some(known), _) if known == named => Sender::Shop,
        (None, None) => Sender::NewShop(named),
        (None, Some(storefront)) if storefront.is_on_host_of(&named) => Sender::NewShop(named),
        _ => Sender::Copy(named),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Option<&str> = Some("https://mugs.example.com");

    fn read(address: &str) -> Site {
        Site::read(address).unwrap()
    }

    #[test]
    fn the_scheme_www_a_slash_and_the_directory_of_a_language_make_no_other_site() {
        for address in [
            "https://mugs.example.com",
            "http://mugs.example.com/",
            "https://WWW.mugs.example.com:443/",
            "http://mugs.example.com:80",
            "mugs.example.com",
            "https://mugs.example.com/de/",
            "https://mugs.example.com/pt-br",
            "https://mugs.example.com/?lang=de",
        ] {
            assert_eq!(read(address), read("mugs.example.com"), "{address}");
        }
    }

    #[test]
    fn another_host_another_port_and_another_directory_are_another_site() {
        let addresses = [
            "https://mugs.example.com",
            "https://staging.mugs.example.com/",
            "https://mugs.example.com:8443/",
            "https://mugs.example.com/staging/",
            "https://mugs.example.com/shop/de/",
            "http://localhost:8080/",
        ];
        for (index, one) in addresses.iter().enumerate() {
            for another in addresses.iter().skip(index + 1) {
                assert_ne!(read(one), read(another));
            }
        }
    }

    #[test]
    fn the_api_of_a_site_is_called_on_the_public_internet_only() {
        for (address, called) in [
            ("www.mugs.example.com/shop/de", Some("https://www.mugs.example.com/shop")),
            ("example-mugs.myshopify.com", Some("https://example-mugs.myshopify.com")),
            ("http://mugs.xn--p1ai", Some("https://mugs.xn--p1ai")),
            ("http://10.0.0.1", None),
            ("http://2130706433", None),
            ("http://[::1]:8080", None),
            ("http://169.254.169.254/latest", None),
            ("http://metadata.internal", None),
            ("http://printer.local", None),
            ("http://localhost:8080", None),
            ("http://127.0.0.1:8080", None),
            ("http://intranet", None),
        ] {
            assert_eq!(read(address).public_address(false).as_deref(), called, "{address}");
        }
        let here = read("http://127.0.0.1:8080").public_address(true);
        assert_eq!(here.as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(read("http://10.0.0.1").public_address(true), None);
    }

    #[test]
    fn what_is_no_address_of_the_web_names_no_site() {
        let long = format!("https://mugs.example.com/{}", "a".repeat(LENGTH_MAX));
        for address in ["", "file:///etc", "https://", "data:text/plain,a", long.as_str()] {
            assert_eq!(Site::read(address), None, "{address}");
        }
    }

    #[test]
    fn the_first_delivery_names_the_site_if_its_host_is_that_of_the_storefront() {
        for address in ["http://www.mugs.example.com/", "https://mugs.example.com/shop"] {
            let site = Site::read(address);
            let first = sender(site.clone(), None, ORIGIN);
            assert_eq!(Some(first), site.map(Sender::NewShop), "{address}");
        }
        let copy = Site::read("https://staging.example.com");
        assert_eq!(Some(sender(copy.clone(), None, ORIGIN)), copy.map(Sender::Copy));
    }

    #[test]
    fn the_first_delivery_names_the_site_where_the_storefront_has_another_address() {
        let site = Site::read("example-mugs.myshopify.com");
        for origin in [None, Some("")] {
            assert_eq!(Some(sender(site.clone(), None, origin)), site.clone().map(Sender::NewShop));
        }
    }

    #[test]
    fn once_the_site_is_known_every_other_one_is_a_copy() {
        let known = Some("mugs.example.com/shop");
        let sender = |address| sender(Site::read(address), known, ORIGIN);
        assert_eq!(sender("https://www.mugs.example.com/shop/"), Sender::Shop);
        assert!(matches!(sender("https://mugs.example.com/staging"), Sender::Copy(_)));
        assert!(matches!(sender("https://mugs.example.com"), Sender::Copy(_)));
    }

    #[test]
    fn a_delivery_that_names_no_site_is_the_shops() {
        assert_eq!(sender(None, Some("mugs.example.com"), ORIGIN), Sender::Shop);
    }
}
