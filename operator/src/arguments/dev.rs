//! `play-it-green dev`: the demo on this machine.

use super::words::Words;
use crate::Failure;

/// How to run the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DevOptions {
    /// The Worker's preferred port; the next free one is used.
    pub(crate) worker_port: u16,
    /// The demo shop's preferred port; the next free one is used.
    pub(crate) shop_port: u16,
    /// The folder of the database.
    pub(crate) folder: Option<String>,
    /// True if the output is one line of JSON.
    pub(crate) json: bool,
}

const WORKER_PORT: u16 = 8787;

impl DevOptions {
    /// Reads the command line after the word `dev`; `None` asks for help.
    pub(super) fn read(arguments: &[String]) -> Result<Option<Self>, Failure> {
        let mut words = Words::read(arguments, &["json"], &["port", "shop-port", "persist-to"])?;
        if words.has("help") {
            return Ok(None);
        }
        if let Some(rest) = words.names.first() {
            return Err(super::unexpected(rest));
        }
        let worker_port = words.take("port").map(|port| read_port("--port", &port)).transpose()?;
        let worker_port = worker_port.unwrap_or(WORKER_PORT);
        let shop_port = words.take("shop-port").map(|port| read_port("--shop-port", &port));
        // Port 0 selects any free port, for both.
        let beside = if worker_port == 0 { 0 } else { worker_port.saturating_add(1) };
        Ok(Some(Self {
            worker_port,
            shop_port: shop_port.transpose()?.unwrap_or(beside),
            folder: words.take("persist-to"),
            json: words.has("json"),
        }))
    }
}

fn read_port(option: &str, text: &str) -> Result<u16, Failure> {
    text.parse().map_err(|_| Failure(format!("{option}: {text:?} is no port, such as 8787.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Option<DevOptions>, Failure> {
        DevOptions::read(&line.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_shop_is_beside_the_worker_unless_its_port_is_given() {
        let ports = |line: &[&str]| {
            let options = read(line).unwrap().unwrap();
            (options.worker_port, options.shop_port)
        };
        assert_eq!(ports(&[]), (8787, 8788));
        assert_eq!(ports(&["--port", "9000"]), (9000, 9001));
        assert_eq!(ports(&["--port", "0"]), (0, 0));
        assert_eq!(ports(&["--shop-port", "80"]), (8787, 80));
        assert!(read(&["--port", "65536"]).unwrap_err().to_string().contains("--port"));
    }
}
