#!/bin/sh
# Runs a command of Play It Green, and installs what cargo cannot bring.
#
#     ./setup.sh COMMAND [ARGUMENT...]    runs `cargo xtask COMMAND`; `./setup.sh help` lists them
#     ./setup.sh --need THING             makes sure that a thing is on this machine, prints where
#
# Quick if nothing is missing. Everything is installed into this folder, except rustup's target and,
# where a machine has no Chromium, PHP or C++ compiler, Debian's packages.
set -eu

cd "$(dirname "$0")"
root=$(pwd)
logs="$root/target/logs"

# Standard output is for what the caller asked for.
say() { printf '%s\n' "$*" >&2; }
fail() {
    printf '\n%s\n' "$1" >&2
    shift
    for line in "$@"; do printf '%s\n' "$line" >&2; done
    exit 1
}

run_logged() {
    name=$1
    shift
    mkdir -p "$logs"
    "$@" >"$logs/$name.log" 2>&1 </dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Two steps may need Debian's packages at once; apt-get waits for its lock by itself.
install_debian() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root apt-get -o DPkg::Lock::Timeout=300 update &&
        as_root apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

need_command() {
    command -v "$1" >/dev/null 2>&1 || fail "$1 is not installed." "$2"
}

# Installs what a lock file names; $1 is the folder, $2 names the log.
need_npm_packages() {
    if [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then return; fi
    need_command npm "Install Node.js 20 or newer from https://nodejs.org and try again."
    # `npm ci` rejects a lock file that lacks the packages of other operating systems.
    run_logged "$2" npm --prefix "$1" install --no-save --no-fund --no-audit ||
        fail "npm could not install the packages." \
            "Check that the npm registry can be reached, then run the same command again." \
            "The output of npm: $logs/$2.log"
    touch "$1/node_modules/.package-lock.json"
}

has_wasm_target() {
    folder=$(RUSTUP_TOOLCHAIN=$1 rustc --print target-libdir --target wasm32-unknown-unknown \
        2>/dev/null) || return 1
    ls "$folder"/libstd-*.rlib >/dev/null 2>&1
}

# Debian ships the compiler and the library's source; the target is then built here, once.
install_debian_target() {
    install_debian rustc-web cargo-web rust-web-src || return 1
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

# Prints a toolchain that can build for wasm32-unknown-unknown.
need_wasm_target() {
    need_command rustup "Install it from https://rustup.rs, open a new terminal and try again."
    active=$(rustup show active-toolchain 2>/dev/null | cut -d ' ' -f 1)
    [ -n "$active" ] || fail "rustup has no toolchain." "Run: rustup default stable"
    for toolchain in "$active" play-it-green-wasm; do
        if has_wasm_target "$toolchain"; then
            echo "$toolchain"
            return
        fi
    done
    if run_logged rustup-target rustup target add wasm32-unknown-unknown --toolchain "$active" &&
        has_wasm_target "$active"; then
        echo "$active"
        return
    fi
    say "rustup cannot fetch wasm32-unknown-unknown. Building it from Debian's packages (two minutes)."
    if run_logged debian-target install_debian_target && has_wasm_target play-it-green-wasm; then
        echo play-it-green-wasm
        return
    fi
    fail "The target wasm32-unknown-unknown cannot be installed." \
        "With internet: rustup target add wasm32-unknown-unknown" \
        "On Debian or Ubuntu, as root or with sudo: apt-get install rustc-web cargo-web rust-web-src" \
        "The output: $logs/rustup-target.log and $logs/debian-target.log"
}

# Prints the path of a browser from PATH, Playwright's cache or Debian, in that order.
need_chromium() {
    for browser in "${CHROMIUM:-}" "$(command -v chromium || true)" \
        "$(command -v google-chrome || true)" "$(command -v chromium-browser || true)" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "$root"/target/tools/browsers/chromium-*/chrome-*/chrome; do
        if [ -n "$browser" ] && [ -x "$browser" ]; then
            echo "$browser"
            return
        fi
    done
    need_npm_packages tests npm-tests
    if run_logged chromium-playwright env PLAYWRIGHT_BROWSERS_PATH="$root/target/tools/browsers" \
        npx --prefix tests --no-install playwright install chromium; then
        for browser in "$root"/target/tools/browsers/chromium-*/chrome-*/chrome; do
            if [ -x "$browser" ]; then
                echo "$browser"
                return
            fi
        done
    fi
    if run_logged chromium-debian install_debian chromium; then
        command -v chromium
        return
    fi
    fail "Chromium cannot be installed; the browser tests need it." \
        "Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chrome npm test" \
        "The output: $logs/chromium-playwright.log and $logs/chromium-debian.log"
}

# Prints the path of the program by which the plugin's own tests start a browser.
need_chromedriver() {
    for driver in "${CHROMEDRIVER:-}" "$(command -v chromedriver || true)"; do
        if [ -n "$driver" ] && [ -x "$driver" ]; then
            echo "$driver"
            return
        fi
    done
    if run_logged chromedriver-debian install_debian chromium-driver; then
        command -v chromedriver
        return
    fi
    fail "chromedriver cannot be installed; the plugin's tests in a browser need it." \
        "On Debian or Ubuntu, as root or with sudo: apt-get install chromium-driver" \
        "On macOS: brew install chromedriver; or name one: CHROMEDRIVER=/path/to/chromedriver" \
        "The output: $logs/chromedriver-debian.log"
}

# libFuzzer is C++, and is built with the fuzz targets; cargo does the rest with any toolchain.
need_cpp() {
    ! ${CXX:-c++} --version >/dev/null 2>&1 || return 0
    [ -z "${CXX:-}" ] || fail "CXX is not a C++ compiler that runs: $CXX" "Correct or unset it."
    if run_logged cpp-debian install_debian g++ && c++ --version >/dev/null 2>&1; then return; fi
    fail "There is no C++ compiler; the fuzz targets need one." \
        "On Debian or Ubuntu, as root or with sudo: apt-get install g++" \
        "On macOS: xcode-select --install; or name one: CXX=/path/to/clang++" \
        "The output: $logs/cpp-debian.log"
}

# The WordPress plugin is PHP, and so are some samples of the API, which use its curl extension.
need_php() {
    ! php -m 2>/dev/null | grep -qx curl || return 0
    if run_logged php-debian install_debian php-cli php-curl &&
        php -m 2>/dev/null | grep -qx curl; then return; fi
    fail "There is no PHP with the extension curl; the tests of the WordPress plugin need one." \
        "On Debian or Ubuntu, as root or with sudo: apt-get install php-cli php-curl" \
        "On macOS: brew install php" \
        "The output: $logs/php-debian.log"
}

# Makes a folder with exactly the packages that a file lists, and prints the path of the Python in it.
# $1 names the folder and the logs, $2 is the file, $3 the least Python 3.
need_python() {
    venv="$root/target/tools/$1"
    wanted="$root/$2"
    if cmp -s "$wanted" "$venv/installed.txt"; then
        echo "$venv/bin/python"
        return
    fi
    need_command python3 "Install Python 3.$3 or newer, with venv and pip, and try again."
    python3 -c "import sys; sys.exit(sys.version_info < (3, $3))" ||
        fail "$(python3 --version) is too old for $1." "Install Python 3.$3 or newer."
    rm -rf "$venv"
    run_logged "$1-venv" python3 -m venv "$venv" ||
        fail "python3 could not make a folder for packages." \
            "On Debian or Ubuntu, as root or with sudo: apt-get install python3-venv" \
            "The output: $logs/$1-venv.log"
    run_logged "$1" "$venv/bin/pip" install --disable-pip-version-check --requirement "$wanted" ||
        fail "pip could not install $1." \
            "Check that the Python package index can be reached, then run the same command again." \
            "The output of pip: $logs/$1.log"
    cp "$wanted" "$venv/installed.txt"
    echo "$venv/bin/python"
}

if [ "${1:-}" != --need ]; then
    need_command cargo "Install Rust from https://rustup.rs, open a new terminal and try again."
    if [ ! -x target/debug/xtask ]; then
        say "Compiling the build (about a minute, once). The npm packages install meanwhile."
        need_npm_packages . npm &
        need_wasm_target >/dev/null &
        cargo build --quiet --package xtask
        wait
    fi
    exec cargo xtask "$@"
fi

case ${2:-} in
node-packages) need_npm_packages . npm ;;
test-packages) need_npm_packages tests npm-tests ;;
wasm-target) need_wasm_target ;;
chromium) need_chromium ;;
chromedriver) need_chromedriver ;;
cpp) need_cpp ;;
php) need_php ;;
python) need_python "$3" "$4" "$5" ;;
*) fail "setup.sh cannot bring '${2:-}'." ;;
esac
