//! The site that wrote an order, as the order's links name it.

use serde::Deserialize;

/// The links of an order, of which only the one to the order itself is read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Links {
    #[serde(rename = "self")]
    own: Vec<Link>,
}

#[derive(Clone, Debug, Deserialize)]
struct Link {
    href: String,
}

impl Links {
    /// Returns the address of the site, from the order's link to itself.
    pub(super) fn site(&self) -> Option<String> {
        let link = &self.own.first()?.href;
        // With plain permalinks, the path of the API is in the query.
        let (address, query) = link.split_once('?').unwrap_or((link, ""));
        let site = match address.rfind("/wc/v").and_then(|end| address.get(..end)) {
            Some(api) => api.rsplit_once('/').map(|(site, _)| site),
            None => query.contains("rest_route=").then_some(address),
        };
        let site = site?.trim_end_matches('/');
        Some(site.strip_suffix("/index.php").unwrap_or(site).to_owned())
    }
}
