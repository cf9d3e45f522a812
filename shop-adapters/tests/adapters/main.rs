//! Every adapter against what its platform really sends, and against everything else.

#[cfg(test)]
mod shopify;
#[cfg(test)]
mod support;
#[cfg(test)]
mod woocommerce;
