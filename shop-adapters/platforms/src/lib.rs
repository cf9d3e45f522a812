//! The one table of platforms: adding a platform to builds, loaders, size budgets and settings is one
//! entry here, its adapter, and the Cargo feature that the entry names.

/// A shop system whose owners can connect a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The code in the API and the database.
    pub code: &'static str,
    /// The name by which shop owners know it.
    pub name: &'static str,
    /// The Cargo feature that builds the plugin for it, and the name of the built files. `None`: the
    /// loader of its pages finds sales in another platform's shape.
    pub module: Option<&'static str>,
    /// The loader of its pages.
    pub loader: Loader,
}

/// How a page of a shop comes to load the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loader {
    /// Reads a data island, or takes what the shop's own code hands over.
    Island,
    /// Watches Google's data layer.
    Ga4,
    /// Reads BigCommerce's storefront API.
    BigCommerce,
    /// Runs in the sandboxed frame of a Shopify custom pixel.
    ShopifyPixel,
}

impl Loader {
    /// Every loader.
    pub const ALL: [Self; 4] = [Self::Island, Self::Ga4, Self::BigCommerce, Self::ShopifyPixel];

    /// The name of the built file in the folder `/plugin`.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Island => "loader.js",
            Self::Ga4 => "loader-ga4.js",
            Self::BigCommerce => "loader-bigcommerce.js",
            Self::ShopifyPixel => "pixel.js",
        }
    }

    /// The constant `SOURCE` that `loader.ts` is built with; `None` for the pixel, which is a file of
    /// its own.
    #[must_use]
    pub const fn source(self) -> Option<&'static str> {
        match self {
            Self::Island => Some("island"),
            Self::Ga4 => Some("ga4"),
            Self::BigCommerce => Some("bigcommerce"),
            Self::ShopifyPixel => None,
        }
    }

    /// The file that a line in the shop's own pages loads: a pixel is no such page.
    #[must_use]
    pub const fn file_for_pages(self) -> &'static str {
        match self {
            Self::ShopifyPixel => Self::Island.file(),
            other => other.file(),
        }
    }
}

/// Every platform; the ones that most shops use come first.
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

/// The platform with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| platform.code == code)
}

/// The builds of the plugin, each with the platform that it is for.
pub fn modules() -> impl Iterator<Item = (&'static str, &'static Platform)> {
    PLATFORMS.iter().filter_map(|platform| Some((platform.module?, platform)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names in the section `[features]` of a manifest, without `default`.
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
    fn codes_are_unique_and_found() {
        let codes: BTreeSet<&str> = PLATFORMS.iter().map(|platform| platform.code).collect();
        assert_eq!(codes.len(), PLATFORMS.len());
        assert_eq!(find("ga4").map(|platform| platform.loader), Some(Loader::Ga4));
        assert_eq!(find("amazon"), None);
    }
}
