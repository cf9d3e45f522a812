#!/bin/sh
# Installs whatever this machine lacks to build and test Play It Green, then runs the command given.
# Usage: ./setup.sh [OPTION...] COMMAND [ARGUMENT...]
# Options, each for a command that needs it: --browser --fuzz --localstripe --mutants --php
# --schemathesis --stripe-types.
# Quick when nothing is missing. Everything it builds is kept under target/tools, and nothing outside
# this folder is touched but rustup's target and, where that cannot be had, Debian's packages.
set -eu

cd "$(dirname "$0")"
root=$(pwd)

# worker-build asks for exactly this wasm-bindgen; Cargo.toml pins the library to match.
wasm_bindgen_version=0.2.129
worker_build_version=0.8.7
tools="$root/target/tools/wasm-bindgen-$wasm_bindgen_version-worker-build-$worker_build_version"
logs="$root/target/tools/logs"

say() { printf '\033[32m[set-up]\033[0m %s\n' "$*" >&2; }
fail() {
    printf '\033[31m[set-up] %s\033[0m\n' "$1" >&2
    shift
    for line in "$@"; do printf '         %s\n' "$line" >&2; done
    exit 1
}

# Runs a long step with its output in a log, and a dot every five seconds.
run_logged() {
    name=$1
    shift
    mkdir -p "$logs"
    "$@" >"$logs/$name.log" 2>&1 &
    process=$!
    seconds=0
    while kill -0 "$process" 2>/dev/null; do
        sleep 1
        seconds=$((seconds + 1))
        [ $((seconds % 5)) -ne 0 ] || printf '.' >&2
    done
    [ "$seconds" -lt 5 ] || printf ' %s s\n' "$seconds" >&2
    wait "$process"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

need_command() {
    command -v "$1" >/dev/null 2>&1 || fail "$1 is not installed." "$2"
}

install_npm_packages() {
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
    say "Installing the npm packages (about half a minute)"
    # Not `npm ci`: it refuses a lock file that lacks the packages of other operating systems.
    run_logged npm npm install --no-save --no-fund --no-audit || fail "npm could not install the packages." \
        "Check that the npm registry can be reached, then run the same command again." \
        "What npm said: $logs/npm.log"
    touch node_modules/.package-lock.json
}

has_wasm_target() {
    folder=$(RUSTUP_TOOLCHAIN=$1 rustc --print target-libdir --target wasm32-unknown-unknown \
        2>/dev/null) || return 1
    ls "$folder"/libstd-*.rlib >/dev/null 2>&1
}

# Debian ships the compiler and the library's source; the target is then built here, once.
install_debian_target() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root apt-get update || return 1
    as_root apt-get install -y --no-install-recommends rustc-web cargo-web rust-web-src || return 1
    empty="$root/target/tools/wasm-std"
    rm -rf "$empty"
    mkdir -p "$empty/src" || return 1
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' \
        >"$empty/Cargo.toml"
    : >"$empty/src/lib.rs"
    # Bitcode for link-time optimisation, `test` for Wasm tests. PATH is kept from rustup's proxies.
    (
        cd "$empty"
        env -u RUSTUP_TOOLCHAIN RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
            RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$empty/target" \
            CARGO_PROFILE_RELEASE_OPT_LEVEL=s /usr/bin/cargo build --release \
            -Zbuild-std=std,panic_abort,proc_macro,test --target wasm32-unknown-unknown
    ) || return 1
    rm -f "$empty"/target/wasm32-unknown-unknown/release/deps/libempty-*
    as_root mkdir -p /usr/lib/rustlib/wasm32-unknown-unknown/lib \
        /usr/lib/rustlib/x86_64-unknown-linux-gnu/bin || return 1
    as_root cp "$empty"/target/wasm32-unknown-unknown/release/deps/*.rlib \
        /usr/lib/rustlib/wasm32-unknown-unknown/lib/ || return 1
    as_root ln -sf "$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld" \
        /usr/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld || return 1
    rustup toolchain link play-it-green-wasm /usr
}

# Sets WASM_TOOLCHAIN to a toolchain that can build for wasm32-unknown-unknown.
find_wasm_toolchain() {
    active=$(rustup show active-toolchain 2>/dev/null | cut -d ' ' -f 1)
    [ -n "$active" ] || fail "rustup has no toolchain." "Run: rustup default stable"
    for WASM_TOOLCHAIN in "$active" play-it-green-wasm; do
        if has_wasm_target "$WASM_TOOLCHAIN"; then return; fi
    done
    say "Adding the wasm32-unknown-unknown target"
    WASM_TOOLCHAIN=$active
    if run_logged rustup-target rustup target add wasm32-unknown-unknown --toolchain "$active" &&
        has_wasm_target "$active"; then return; fi
    say "rustup could not fetch it; building it from Debian's packages (about two minutes)"
    WASM_TOOLCHAIN=play-it-green-wasm
    if run_logged debian-target install_debian_target && has_wasm_target "$WASM_TOOLCHAIN"; then
        return
    fi
    fail "The wasm32-unknown-unknown target cannot be had." \
        "With internet: rustup target add wasm32-unknown-unknown" \
        "On Debian or Ubuntu, as root or with sudo: apt-get install rustc-web cargo-web rust-web-src" \
        "What happened: $logs/rustup-target.log and $logs/debian-target.log"
}

# Prints the path of a cargo tool of exactly this version: from PATH when it is there, or built here.
cargo_tool() {
    program=$1
    package=$2
    version=$3
    if [ -x "$tools/bin/$program" ]; then
        echo "$tools/bin/$program"
        return
    fi
    found=$(command -v "$program" 2>/dev/null || true)
    if [ -n "$found" ] && "$found" --version 2>/dev/null | grep -qF "$version"; then
        echo "$found"
        return
    fi
    say "Building $package $version (once; three to six minutes on two cores)"
    # Without --locked: a dependency in wasm-bindgen-cli's lock file was withdrawn.
    run_logged "$package" env CARGO_TARGET_DIR="$root/target/tools/build" \
        cargo install "$package" --version "$version" --root "$tools" --force ||
        fail "$package could not be built." "What cargo said: $logs/$package.log"
    echo "$tools/bin/$program"
}

# A subcommand of cargo, of any version, with how long it takes to build on two cores.
cargo_subcommand() {
    ! cargo "$1" --version >/dev/null 2>&1 || return 0
    PATH="$tools/bin:$PATH"
    export PATH
    [ ! -x "$tools/bin/cargo-$1" ] || return 0
    say "Building cargo-$1 (once; about $2 on two cores)"
    run_logged "cargo-$1" env CARGO_TARGET_DIR="$root/target/tools/build" \
        cargo install "cargo-$1" --locked --root "$tools" ||
        fail "cargo-$1 could not be built." "What cargo said: $logs/cargo-$1.log"
}

# Sets CHROMIUM to a browser, from PATH, Playwright's cache or Debian, in that order.
find_chromium() {
    for CHROMIUM in "${CHROMIUM:-}" "$(command -v chromium || true)" \
        "$(command -v google-chrome || true)" "$(command -v chromium-browser || true)" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "$root"/target/tools/browsers/chromium-*/chrome-*/chrome; do
        if [ -n "$CHROMIUM" ] && [ -x "$CHROMIUM" ]; then return; fi
    done
    say "Installing Chromium for the browser tests (about a minute)"
    if run_logged chromium-playwright env PLAYWRIGHT_BROWSERS_PATH="$root/target/tools/browsers" \
        npx --no-install playwright install chromium; then
        for CHROMIUM in "$root"/target/tools/browsers/chromium-*/chrome-*/chrome; do
            if [ -x "$CHROMIUM" ]; then return; fi
        done
    fi
    if command -v apt-get >/dev/null 2>&1 && run_logged chromium-debian install_debian_chromium; then
        CHROMIUM=$(command -v chromium)
        return
    fi
    fail "Chromium cannot be had; the browser tests need it." \
        "Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chrome npm test" \
        "What happened: $logs/chromium-playwright.log and $logs/chromium-debian.log"
}

install_debian_chromium() {
    as_root apt-get update && as_root apt-get install -y --no-install-recommends chromium
}

# Sets CHROMEDRIVER to the program by which the plugin's own tests start a browser.
find_chromedriver() {
    for CHROMEDRIVER in "${CHROMEDRIVER:-}" "$(command -v chromedriver || true)"; do
        if [ -n "$CHROMEDRIVER" ] && [ -x "$CHROMEDRIVER" ]; then return; fi
    done
    say "Installing chromedriver for the plugin's tests (about half a minute)"
    if command -v apt-get >/dev/null 2>&1 && run_logged chromedriver-debian install_debian_chromedriver; then
        CHROMEDRIVER=$(command -v chromedriver)
        return
    fi
    fail "chromedriver cannot be had; the plugin's tests in a browser need it." \
        "On Debian or Ubuntu, as root or with sudo: apt-get install chromium-driver" \
        "On macOS: brew install chromedriver; or name one: CHROMEDRIVER=/path/to/chromedriver npm test" \
        "What happened: $logs/chromedriver-debian.log"
}

install_debian_chromedriver() {
    as_root apt-get update && as_root apt-get install -y --no-install-recommends chromium-driver
}

# libFuzzer is C++, and is built with the fuzz targets; cargo does the rest with any toolchain.
find_cpp_compiler() {
    ! ${CXX:-c++} --version >/dev/null 2>&1 || return 0
    [ -z "${CXX:-}" ] || fail "CXX is no C++ compiler that runs: $CXX" "Correct or unset it."
    say "Installing a C++ compiler for the fuzz targets (about a minute)"
    if command -v apt-get >/dev/null 2>&1 && run_logged cpp-debian install_debian_cpp &&
        c++ --version >/dev/null 2>&1; then return; fi
    fail "There is no C++ compiler; the fuzz targets need one." \
        "On Debian or Ubuntu, as root or with sudo: apt-get install g++" \
        "On macOS: xcode-select --install; or name one: CXX=/path/to/clang++ npm test" \
        "What happened: $logs/cpp-debian.log"
}

install_debian_cpp() {
    as_root apt-get update && as_root apt-get install -y --no-install-recommends g++
}

# The WordPress plugin is PHP, and so are some samples of the API, which use its curl extension.
find_php() {
    ! php -m 2>/dev/null | grep -qx curl || return 0
    say "Installing PHP for the tests of the WordPress plugin (about half a minute)"
    if command -v apt-get >/dev/null 2>&1 && run_logged php-debian install_debian_php &&
        php -m 2>/dev/null | grep -qx curl; then return; fi
    fail "There is no PHP with the extension curl; the tests of the WordPress plugin need one." \
        "On Debian or Ubuntu, as root or with sudo: apt-get install php-cli php-curl" \
        "On macOS: brew install php" \
        "What happened: $logs/php-debian.log"
}

install_debian_php() {
    as_root apt-get update && as_root apt-get install -y --no-install-recommends php-cli php-curl
}

# Makes a folder of its own with exactly the packages that a file lists; $1 names the folder and the
# logs, $2 is the file, $3 says what they are, and $4 which Python 3 they need at least. Sets PYTHON to
# the Python in it.
find_python_packages() {
    venv="$root/target/tools/$1"
    wanted="$root/$2"
    PYTHON="$venv/bin/python"
    ! cmp -s "$wanted" "$venv/installed.txt" || return 0
    need_command python3 "Install Python 3.$4 or newer, with venv and pip, and try again."
    python3 -c "import sys; sys.exit(sys.version_info < (3, $4))" ||
        fail "$(python3 --version) is too old for $3." "Install Python 3.$4 or newer."
    say "Installing $3 (once; about half a minute)"
    rm -rf "$venv"
    run_logged "$1-venv" python3 -m venv "$venv" ||
        fail "python3 could not make a folder for packages." \
            "On Debian or Ubuntu, as root or with sudo: apt-get install python3-venv" \
            "What it said: $logs/$1-venv.log"
    run_logged "$1" "$venv/bin/pip" install --disable-pip-version-check \
        --requirement "$wanted" || fail "pip could not install $3." \
        "Check that the Python package index can be reached, then run the same command again." \
        "What pip said: $logs/$1.log"
    cp "$wanted" "$venv/installed.txt"
}

browser=no
fuzz=no
localstripe=no
mutants=no
php=no
schemathesis=no
stripe_types=no
while :; do
    case "${1:-}" in
    --browser) browser=yes ;;
    --fuzz) fuzz=yes ;;
    --localstripe) localstripe=yes ;;
    --mutants) mutants=yes ;;
    --php) php=yes ;;
    --schemathesis) schemathesis=yes ;;
    --stripe-types) stripe_types=yes ;;
    *) break ;;
    esac
    shift
done

need_command rustup "Install it from https://rustup.rs, open a new terminal and try again."
need_command cargo "Run: rustup default stable"
need_command npm "Install Node.js 20 or newer from https://nodejs.org and try again."

install_npm_packages
find_wasm_toolchain
WASM_BINDGEN_BIN=$(cargo_tool wasm-bindgen wasm-bindgen-cli "$wasm_bindgen_version")
WORKER_BUILD_BIN=$(cargo_tool worker-build worker-build "$worker_build_version")
cargo_subcommand nextest "five minutes"
ESBUILD_BIN="$root/node_modules/.bin/esbuild"
WASM_OPT_BIN="$root/node_modules/.bin/wasm-opt"
CHROMIUM=${CHROMIUM:-}
CHROMEDRIVER=${CHROMEDRIVER:-}
if [ "$browser" = yes ]; then
    find_chromium
    find_chromedriver
fi
[ "$fuzz" = no ] || find_cpp_compiler
[ "$mutants" = no ] || cargo_subcommand mutants "three minutes"
[ "$php" = no ] || find_php
SCHEMATHESIS=${SCHEMATHESIS:-}
if [ "$schemathesis" = yes ]; then
    find_python_packages schemathesis tests/schemathesis/requirements.txt schemathesis 11
    SCHEMATHESIS="$(dirname "$PYTHON")/schemathesis"
fi
STRIPE_TYPES=${STRIPE_TYPES:-}
if [ "$stripe_types" = yes ]; then
    find_python_packages stripe-types tests/stripe_forms/requirements.txt \
        "the types of Stripe's own library" 10
    STRIPE_TYPES=$PYTHON
fi
LOCALSTRIPE=${LOCALSTRIPE:-}
if [ "$localstripe" = yes ]; then
    find_python_packages localstripe tests/localstripe/requirements.txt localstripe 10
    LOCALSTRIPE=$PYTHON
fi

# wrangler wants Node 22, which comes as an npm package where the machine's own is older.
PATH="$root/node_modules/.bin:$PATH"
WRANGLER_SEND_METRICS=false
export PATH WASM_TOOLCHAIN WASM_BINDGEN_BIN WORKER_BUILD_BIN ESBUILD_BIN WASM_OPT_BIN CHROMIUM
export WRANGLER_SEND_METRICS CHROMEDRIVER SCHEMATHESIS STRIPE_TYPES LOCALSTRIPE
exec "$@"
