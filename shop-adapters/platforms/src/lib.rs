//! The one table of platforms: a new platform needs one entry here, its adapter and the Cargo
//! feature that the entry names.

/// A shop system whose owners can connect a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The code in the API and the database.
    pub code: &'static str,
    /// The name by which shop owners know it.
    pub name: &'static str,
    /// The Cargo feature that builds the plugin for it, which also names the built files. `None`:
    /// no loader reads its pages.
    pub module: Option<&'static str>,
    /// The loader of its pages.
    pub loader: Loader,
}

/// The way in which a shop's page loads the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loader {
    /// Reads a data island, or receives the sale from the shop's own code.
    Island,
    /// Watches Google's data layer.
    Ga4,
    /// Reads BigCommerce's storefront API.
    BigCommerce,
    /// Runs in the sandboxed frame of a Shopify custom pixel.
    ShopifyPixel,
    /// Shows widgets on the pages of a Shopify storefront, which hold no sale.
    ShopifyPages,
}

impl Loader {
    /// Every loader.
    pub const ALL: [Self; 5] =
        [Self::Island, Self::Ga4, Self::BigCommerce, Self::ShopifyPixel, Self::ShopifyPages];

    /// Returns the name of the built file in the folder `/plugin`.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Island => "loader.js",
            Self::Ga4 => "loader-ga4.js",
            Self::BigCommerce => "loader-bigcommerce.js",
            Self::ShopifyPixel => "pixel.js",
            Self::ShopifyPages => "loader-shopify.js",
        }
    }

    /// Returns the constant `SOURCE` that `loader.ts` is built with; `None` for the pixel, which is
    /// a separate file.
    #[must_use]
    pub const fn source(self) -> Option<&'static str> {
        match self {
            Self::Island => Some("island"),
            Self::Ga4 => Some("ga4"),
            Self::BigCommerce => Some("bigcommerce"),
            Self::ShopifyPixel => None,
            Self::ShopifyPages => Some("shopify"),
        }
    }

    /// Returns the file that the shop's own pages load. A pixel runs in no such page.
    #[must_use]
    pub const fn file_for_pages(self) -> &'static str {
        match self {
            Self::ShopifyPixel => Self::ShopifyPages.file(),
            other => other.file(),
        }
    }
}

/// Every platform, the most used ones first.
pub const PLATFORMS: [Platform; 8] = [
    Platform {
        code: "shopify",
        name: "Shopify",
        module: Some("shopify"),
        loader: Loader::ShopifyPixel,
    },
    Platform {
        code: "woocommerce",
        name: "WooCommerce",
        module: Some("woocommerce"),
        loader: Loader::Island,
    },
    Platform { code: "wix", name: "Wix", module: None, loader: Loader::Island },
    Platform { code: "squarespace", name: "Squarespace", module: None, loader: Loader::Island },
    Platform {
        code: "bigcommerce",
        name: "BigCommerce",
        module: Some("bigcommerce"),
        loader: Loader::BigCommerce,
    },
    Platform {
        code: "magento",
        name: "Magento or Adobe Commerce",
        module: None,
        loader: Loader::Island,
    },
    Platform {
        code: "ga4",
        name: "Any shop with Google Analytics 4",
        module: Some("ga4"),
        loader: Loader::Ga4,
    },
    Platform {
        code: "custom",
        name: "My own shop system",
        module: Some("sale"),
        loader: Loader::Island,
    },
];

/// Returns the platform with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| platform.code == code)
}

/// Returns the platforms that owners may choose: those whose pages a loader reads. The API takes
/// the others, too: a server may report their sales.
pub fn offered() -> impl Iterator<Item = &'static Platform> {
    PLATFORMS.iter().filter(|platform| platform.module.is_some())
}

/// Returns the builds of the plugin, each with the platform that it is for.
pub fn modules() -> impl Iterator<Item = (&'static str, &'static Platform)> {
    PLATFORMS.iter().filter_map(|platform| Some((platform.module?, platform)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Returns the names in the section `[features]` of a manifest, without `default`.
    fn features(manifest: &str) -> BTreeSet<&str> {
        let section = manifest.split("\n[features]\n").nth(1).expect("a section [features]");
        let lines = section.lines().take_while(|line| !line.starts_with('['));
        let names = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
        names.filter(|name| *name != "default").collect()
    }

    #[test]
    fn the_plugin_has_a_feature_for_each_module_and_no_other() {
        let modules: BTreeSet<&str> = modules().map(|(module, _)| module).collect();
        assert_eq!(features(include_str!("../../../plugin/Cargo.toml")), modules);
    }

    #[test]
    fn owners_choose_among_the_platforms_that_a_loader_reads() {
        let codes: Vec<&str> = offered().map(|platform| platform.code).collect();
        assert_eq!(codes, ["shopify", "woocommerce", "bigcommerce", "ga4", "custom"]);
    }

    #[test]
    fn codes_are_unique_and_found() {
        let codes: BTreeSet<&str> = PLATFORMS.iter().map(|platform| platform.code).collect();
        assert_eq!(codes.len(), PLATFORMS.len());
        assert_eq!(find("ga4").map(|platform| platform.loader), Some(Loader::Ga4));
        assert_eq!(find("amazon"), None);
    }
}
