// SPDX-License-Identifier: GPL-2.0-only
// futexwatch - planted: nothing; a thread at each lock of Rust's library

use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, OnceLock, RwLock};
use std::thread;
use std::time::Duration;

#[inline(never)]
fn take_ledger(ledger: &Mutex<u64>) {
    *ledger.lock().unwrap() += 1; /* here: mutex */
}

#[inline(never)]
fn write_table(table: &RwLock<u64>) {
    *table.write().unwrap() += 1; /* here: write */
}

#[inline(never)]
fn read_table(table: &RwLock<u64>) {
    let _entry = table.read().unwrap(); /* here: read */
    thread::sleep(Duration::from_nanos(1));
}

#[inline(never)]
fn await_turn(turn: &(Mutex<bool>, Condvar)) {
    let mut mine = turn.0.lock().unwrap();
    while !*mine {
        mine = turn.1.wait(mine).unwrap(); /* here: condvar */
    }
}

#[inline(never)]
fn drain(jobs: mpsc::Receiver<u64>) -> u64 {
    jobs.recv().unwrap_or(0) /* here: recv */
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::Builder::new().name(name.into()).spawn(run).unwrap()
}

fn main() {
    let ledger = Arc::new(Mutex::new(0));
    let table = Arc::new(RwLock::new(0));
    let turn = Arc::new((Mutex::new(false), Condvar::new()));
    let meeting = Arc::new(Barrier::new(2));
    let config = Arc::new(OnceLock::new());
    let (_jobs, inbox) = mpsc::channel();
    let _has_ledger = ledger.lock().unwrap();
    let _has_table = table.read().unwrap();

    let mine = ledger.clone();
    start("taker", move || take_ledger(&mine));
    let mine = table.clone();
    start("writer", move || write_table(&mine));
    // Behind a writer that waits, readers wait too.
    let mine = table.clone();
    start("reader", move || {
        while mine.try_read().is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
        read_table(&mine);
    });
    start("follower", move || await_turn(&turn));
    start("sink", move || {
        drain(inbox);
    });
    start("early", move || {
        meeting.wait(); /* here: barrier */
        thread::yield_now();
    });
    let (begin, began) = mpsc::channel();
    let mine = config.clone();
    let maker = start("maker", move || {
        mine.get_or_init(|| {
            begin.send(()).unwrap();
            thread::sleep(Duration::from_secs(600));
        });
    });
    began.recv().unwrap();
    start("second", move || {
        config.get_or_init(|| ()); /* here: once */
        thread::yield_now();
    });
    maker.join().unwrap(); /* here: join */
}
