//! A shop's own API on this machine, as pulls call it: pages of orders for those with the key.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Failure, While};

/// The authorization of the key `ck_read` with the secret `cs_read`.
const BASIC: &str = "authorization: Basic Y2tfcmVhZDpjc19yZWFk";

/// The token of the app.
const TOKEN: &str = "x-shopify-access-token: shpat_read";

/// A running API. Its thread ends with the process.
pub struct ShopApi {
    /// The host and port.
    pub site: String,
    orders: Arc<Mutex<Vec<Value>>>,
    response: Arc<Mutex<Option<Vec<u8>>>>,
    delay: Arc<Mutex<Duration>>,
}

impl ShopApi {
    /// Starts an API with these orders: of WooCommerce's REST API, or nodes of Shopify's GraphQL API.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(orders: Vec<Value>) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).when("No port is free")?;
        let port = listener.local_addr().when("The port")?.port();
        let api = Self {
            site: format!("127.0.0.1:{port}"),
            orders: Arc::new(Mutex::new(orders)),
            response: Arc::default(),
            delay: Arc::default(),
        };
        let (orders, response) = (Arc::clone(&api.orders), Arc::clone(&api.response));
        let delay = Arc::clone(&api.delay);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::sleep(delay.lock().map(|delay| *delay).unwrap_or_default());
                // A caller that goes away is part of some tests.
                let _ = serve(stream, &orders, &response);
            }
        });
        Ok(api)
    }

    /// Lets the API wait so long before each response.
    pub fn respond_after(&self, delay: Duration) {
        if let Ok(mut set) = self.delay.lock() {
            *set = delay;
        }
    }

    /// Lets the API send these bytes in response to every call.
    pub fn respond_with(&self, response: Option<Vec<u8>>) {
        if let Ok(mut fixed) = self.response.lock() {
            *fixed = response;
        }
    }
}

fn serve(
    stream: TcpStream,
    orders: &Mutex<Vec<Value>>,
    fixed: &Mutex<Option<Vec<u8>>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(announced) = lower.strip_prefix("content-length:") {
            length = announced.trim().parse().unwrap_or(0);
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut stream = stream;
    if let Some(bytes) = fixed.lock().ok().and_then(|fixed| fixed.clone()) {
        return stream.write_all(&bytes);
    }
    let orders = orders.lock().map(|orders| orders.clone()).unwrap_or_default();
    let (status, answer) = answer(&head, &body, &orders);
    let answer = answer.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: \
         close\r\n\r\n{answer}",
        answer.len()
    )
}

fn answer(head: &str, body: &[u8], orders: &[Value]) -> (u16, Value) {
    let has = |header: &str| head.lines().any(|line| line.eq_ignore_ascii_case(header));
    let query = |name: &str| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let pairs = path.split(['?', '&']).filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse::<usize>().ok())
    };
    if head.starts_with("GET /wp-json/wc/v3/orders?modified_after=2026-") {
        if !has(BASIC) {
            return (401, json!({"code": "woocommerce_rest_cannot_view"}));
        }
        let size = query("per_page").unwrap_or(10);
        let begin = query("page").unwrap_or(1).saturating_sub(1).saturating_mul(size);
        return (200, orders.iter().skip(begin).take(size).cloned().collect());
    }
    if head.starts_with("POST /admin/api/2026-07/graphql.json ") {
        if !has(TOKEN) {
            return (401, json!({"errors": "Invalid API key or access token"}));
        }
        let asked: Value = serde_json::from_slice(body).unwrap_or_default();
        let variables = asked.get("variables").cloned().unwrap_or_default();
        let number = |name: &str| variables.get(name).and_then(Value::as_u64).unwrap_or(0);
        let after = variables.get("after").and_then(Value::as_str).unwrap_or("0");
        let begin: usize = after.parse().unwrap_or(0);
        let end = begin.saturating_add(usize::try_from(number("first")).unwrap_or(0));
        let nodes: Vec<Value> = orders.iter().take(end).skip(begin).cloned().collect();
        let has_more = end < orders.len();
        let page = json!({"hasNextPage": has_more, "endCursor": end.to_string()});
        return (200, json!({"data": {"orders": {"pageInfo": page, "nodes": nodes}}}));
    }
    (404, json!({}))
}
