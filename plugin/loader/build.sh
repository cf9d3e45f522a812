#!/bin/sh
# Bundles what the storefront downloads into plugin/dist: the loaders, and behind them a folder that
# is named after what it holds, so that its files can be cached for good.
set -eu

cd "$(dirname "$0")/../.."
made=target/plugin/files
rm -rf "$made"
mkdir -p "$made"

bundle() {
    esbuild --log-level=warning --log-override:import-is-undefined=silent --bundle --minify --target=es2022 "$@"
}

for adapter in sale shopify woocommerce ga4 bigcommerce; do
    cp "target/plugin/$adapter.wasm" "$made/$adapter.wasm"
    bundle --format=esm "--alias:glue=./target/plugin/$adapter/plugin.js" "--define:ADAPTER=\"$adapter\"" \
        --inject:plugin/loader/fetch.ts plugin/loader/delivery.ts "--outfile=$made/$adapter.js"
done
for file in widgets check; do
    bundle --format=esm "plugin/loader/$file.ts" "--outfile=$made/$file.js"
done

build=$(cat "$made"/* | cksum | cut -d ' ' -f 1)
dist=plugin/dist/plugin
rm -rf plugin/dist
mkdir -p "$dist/$build"
cp "$made"/* "$dist/$build"
# For a loader from before a deployment, whose folder is gone: the Worker leads it here.
mkdir "$dist/latest"
cp "$made"/* "$dist/latest"
for source in island ga4 bigcommerce; do
    name=loader-$source
    [ "$source" != island ] || name=loader
    bundle --format=iife "--define:BUILD=\"$build\"" "--define:SOURCE=\"$source\"" \
        plugin/loader/loader.ts "--outfile=$dist/$name.js"
done
bundle --format=esm "--define:BUILD=\"$build\"" plugin/loader/pixel.ts "--outfile=$dist/pixel.js"
cp plugin/headers plugin/dist/_headers
