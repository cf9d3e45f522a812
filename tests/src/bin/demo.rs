//! The whole story on this machine: a demo shop and the real Worker, for `npm start`.

use std::process::ExitCode;

use play_it_green_tests::demo::Demo;
use play_it_green_tests::local_worker::repository;

const WORKER_PORT: u16 = 8787;
const SHOP_PORT: u16 = 8788;

fn main() -> ExitCode {
    println!("Starting the Worker and the demo shop …");
    match Demo::start(&repository().join("target/demo-state"), WORKER_PORT, SHOP_PORT) {
        Ok(demo) => {
            println!();
            println!("  Play It Green is ready:  {}", demo.url);
            println!();
            println!(
                "  The Worker answers at    {}  (log: {})",
                demo.worker.url,
                demo.worker.log.display()
            );
            println!("  The settings open once at {}", demo.sign_in_link);
            println!("  Ctrl-C stops both; the next start begins anew.");
            demo.wait();
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
