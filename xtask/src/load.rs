//! Load on one server: at a fixed rate to see latencies, or as fast as clients can to see the rate.
//!
//! At a fixed rate a request's latency counts from the moment when it was *due*, not from when a
//! connection became free to send it. A server that stops for a second is thus charged for every
//! request that had to wait, as the people behind them would be ("coordinated omission", Gil Tene).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Connection, Request};

/// What a load saw.
#[derive(Debug, Default)]
pub struct Report {
    latencies: Vec<Duration>,
    /// Requests without an answer, or with a status of 400 and above.
    pub errors: u64,
    /// What was wrong with the first of them.
    pub first_error: Option<String>,
    /// From the first request due to the last answer.
    pub took: Duration,
}

/// A load at a fixed rate.
pub struct FixedRate {
    /// Requests that become due in a second.
    pub per_second: u32,
    /// Connections that share them. Too few only show as latency.
    pub connections: usize,
    /// How long requests become due.
    pub lasting: Duration,
}

impl Report {
    /// Requests answered below status 400.
    pub fn answered(&self) -> u64 {
        self.latencies.len() as u64
    }

    /// Requests answered in a second.
    pub fn per_second(&self) -> f64 {
        self.answered() as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    /// The latency that `percent` of the answered requests did not exceed (nearest rank); nothing
    /// if none was answered.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        let rank = (percent / 100.0 * self.latencies.len() as f64).ceil() as usize;
        self.latencies.get(rank.max(1) - 1).copied()
    }

    fn add(&mut self, other: Report) {
        self.latencies.extend(other.latencies);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }

    fn record(&mut self, connection: &mut Connection, request: &Request, since: Instant) {
        let error = match connection.send(request) {
            Ok(answer) if answer.status < 400 => {
                self.latencies.push(since.elapsed());
                return;
            }
            Ok(answer) => format!("status {}: {}", answer.status, answer.text()),
            Err(error) => error.to_string(),
        };
        self.errors += 1;
        self.first_error.get_or_insert(error);
    }
}

/// Sends the requests `request_for(0)`, `request_for(1)`, … at the moments when they are due.
pub fn at_fixed_rate(
    address: SocketAddr,
    load: &FixedRate,
    request_for: impl Fn(u64) -> Request + Sync,
) -> Report {
    let total = (load.lasting.as_secs_f64() * f64::from(load.per_second)).round() as u64;
    let next = AtomicU64::new(0);
    let started = Instant::now();
    in_parallel(load.connections, started, |_| {
        let mut connection = Connection::to(address);
        let mut report = Report::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= total {
                return report;
            }
            let request = request_for(number);
            let due = started
                + Duration::from_secs_f64(number as f64 / f64::from(load.per_second.max(1)));
            thread::sleep(due.saturating_duration_since(Instant::now()));
            report.record(&mut connection, &request, due);
        }
    })
}

/// Each of `clients` sends its next request as soon as the one before was answered, for `lasting`.
///
/// `request_for` is told the client and how many requests that client sent before.
pub fn as_fast_as_clients_can(
    address: SocketAddr,
    clients: usize,
    lasting: Duration,
    request_for: impl Fn(usize, u64) -> Request + Sync,
) -> Report {
    let started = Instant::now();
    in_parallel(clients, started, |client| {
        let mut connection = Connection::to(address);
        let mut report = Report::default();
        let mut sent = 0;
        while started.elapsed() < lasting {
            let request = request_for(client, sent);
            report.record(&mut connection, &request, Instant::now());
            sent += 1;
        }
        report
    })
}

/// Each of `clients` sends the next of `requests` as soon as its one before was answered, until all
/// were sent.
pub fn all_of(address: SocketAddr, clients: usize, requests: &[Request]) -> Report {
    let next = AtomicUsize::new(0);
    in_parallel(clients, Instant::now(), |_| {
        let mut connection = Connection::to(address);
        let mut report = Report::default();
        while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
            report.record(&mut connection, request, Instant::now());
        }
        report
    })
}

fn in_parallel(workers: usize, started: Instant, work: impl Fn(usize) -> Report + Sync) -> Report {
    let mut all = Report::default();
    thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        for worker in running {
            match worker.join() {
                Ok(report) => all.add(report),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    all.took = started.elapsed();
    all.latencies.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Mutex;

    use super::*;

    /// Answers each path with a status of the same number, after `pause`.
    fn serve(pause: impl Fn(&str) -> Duration + Clone + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, pause) = (stream.unwrap(), pause.clone());
                thread::spawn(move || answer_all(stream, pause));
            }
        });
        address
    }

    fn answer_all(stream: TcpStream, pause: impl Fn(&str) -> Duration) {
        let mut writer = stream.try_clone().unwrap();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        while let Some(first) = lines.next() {
            while lines.next().is_some_and(|line| !line.is_empty()) {}
            let path = first.split(' ').nth(1).unwrap_or_default();
            thread::sleep(pause(path));
            let status = path.trim_start_matches('/');
            let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 2\r\n\r\nok");
            if writer.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }

    #[test]
    fn a_fixed_rate_is_kept_and_every_request_sent_once() {
        let address = serve(|_| Duration::ZERO);
        let load = FixedRate {
            per_second: 200,
            connections: 4,
            lasting: Duration::from_millis(500),
        };
        let seen = Mutex::new(Vec::new());
        let report = at_fixed_rate(address, &load, |number| {
            seen.lock().unwrap().push(number);
            Request::get("/200")
        });
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<u64>>());
        assert_eq!((report.answered(), report.errors), (100, 0));
        // The last request is due after 495 ms, so that no faster rate is possible.
        assert!(
            report.per_second() <= 100.0 / 0.495,
            "{}",
            report.per_second()
        );
    }

    #[test]
    fn waiting_for_a_connection_counts_as_latency() {
        // One connection, each answer takes 20 ms, but 200 are due in a second: the queue grows.
        let address = serve(|_| Duration::from_millis(20));
        let load = FixedRate {
            per_second: 200,
            connections: 1,
            lasting: Duration::from_millis(100),
        };
        let report = at_fixed_rate(address, &load, |_| Request::get("/200"));
        assert_eq!(report.answered(), 20);
        let (first, last) = (
            report.percentile(1.0).unwrap(),
            report.percentile(100.0).unwrap(),
        );
        assert!(first >= Duration::from_millis(20), "{first:?}");
        // The twentieth was due at 95 ms and answered at 400 ms at the earliest.
        assert!(last >= Duration::from_millis(305), "{last:?}");
    }

    #[test]
    fn errors_are_counted_and_the_first_is_told() {
        let address = serve(|_| Duration::ZERO);
        let load = FixedRate {
            per_second: 1000,
            connections: 1,
            lasting: Duration::from_millis(10),
        };
        let report = at_fixed_rate(address, &load, |number| {
            Request::get(if number < 3 { "/503" } else { "/200" })
        });
        assert_eq!((report.answered(), report.errors), (7, 3));
        assert_eq!(report.first_error.as_deref(), Some("status 503: ok"));
    }

    #[test]
    fn clients_send_one_after_the_other() {
        let address = serve(|_| Duration::from_millis(5));
        let lasting = Duration::from_millis(100);
        let report = as_fast_as_clients_can(address, 2, lasting, |_, _| Request::get("/200"));
        assert!(report.answered() >= 2, "{}", report.answered());
        // Two clients, at least 5 ms for each answer, one more each that began in time.
        assert!(report.answered() <= 2 * 21, "{}", report.answered());
        assert!(report.percentile(0.0).unwrap() >= Duration::from_millis(5));
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let latencies = (1..=100).map(Duration::from_millis).collect();
        let report = Report {
            latencies,
            ..Report::default()
        };
        let at = |percent| report.percentile(percent).unwrap().as_millis();
        assert_eq!(
            [at(50.0), at(99.0), at(99.5), at(100.0)],
            [50, 99, 100, 100]
        );
        assert_eq!(Report::default().percentile(50.0), None);
    }

    #[test]
    fn a_server_that_is_not_there_is_an_error_and_not_a_hang() {
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let load = FixedRate {
            per_second: 100,
            connections: 1,
            lasting: Duration::from_millis(20),
        };
        let report = at_fixed_rate(address, &load, |_| Request::get("/200"));
        assert_eq!((report.answered(), report.errors), (0, 2));
    }
}
