//! The benchmark compares two Workers that do the same work.

use play_it_green_tests::bench::same_work;
use play_it_green_tests::local_worker::repository;

#[test]
fn the_rival_of_the_benchmark_gives_the_same_answers_and_stores_the_same() {
    same_work::start_and_check(&repository().join("target/tests/rival-state")).unwrap();
}
