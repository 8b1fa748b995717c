//! How long requests took.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{Method, StatusCode};

/// The upper ends of the buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const NAME: &str = "eider_http_request_duration_seconds";

/// Keeps how long requests took, by route, method and class of status.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<BTreeMap<String, Vec<Counted>>>);

/// What was counted of one route, method and class.
#[derive(Debug)]
struct Counted {
    method: Method,
    class: u16,
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum_seconds: f64,
}

impl Recorder {
    /// Counts one request.
    pub(super) fn record(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let class = status.as_u16() / 100;
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Vec::new());
        }
        let Some(all) = routes.get_mut(route) else {
            return;
        };
        let known = all
            .iter()
            .position(|one| one.method == *method && one.class == class);
        let place = known.unwrap_or_else(|| {
            all.push(Counted::new(method.clone(), class));
            all.len() - 1
        });
        all[place].add(took.as_secs_f64());
    }

    /// Writes everything that was counted.
    pub(super) fn write(&self, text: &mut String) {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a String cannot fail.
        let _written = writeln!(
            text,
            "# HELP {NAME} From a request's headers to those of its answer.\n\
             # TYPE {NAME} histogram"
        );
        for (route, all) in routes.iter() {
            for counted in all {
                counted.write(route, text);
            }
        }
    }
}

impl Counted {
    fn new(method: Method, class: u16) -> Self {
        Self {
            method,
            class,
            buckets: [0; BUCKETS.len()],
            count: 0,
            sum_seconds: 0.0,
        }
    }

    fn add(&mut self, seconds: f64) {
        for (end, bucket) in BUCKETS.iter().zip(&mut self.buckets) {
            *bucket += u64::from(seconds <= *end);
        }
        self.count += 1;
        self.sum_seconds += seconds;
    }

    fn write(&self, route: &str, text: &mut String) {
        let method = self.method.as_str();
        let class = self.class;
        let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{class}xx\"");
        let count = self.count;
        for (end, bucket) in BUCKETS.iter().zip(&self.buckets) {
            let _written = writeln!(text, "{NAME}_bucket{{{labels},le=\"{end}\"}} {bucket}");
        }
        let _written = writeln!(
            text,
            "{NAME}_bucket{{{labels},le=\"+Inf\"}} {count}\n{NAME}_sum{{{labels}}} {}\n\
             {NAME}_count{{{labels}}} {count}",
            self.sum_seconds
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_fall_into_every_bucket_that_reaches_them() {
        let recorder = Recorder::default();
        for millis in [2, 30, 700] {
            recorder.record(
                "/tickets/{number}",
                &Method::GET,
                StatusCode::OK,
                Duration::from_millis(millis),
            );
        }
        let mut text = String::new();
        recorder.write(&mut text);
        let bucket = |end: &str| {
            let wanted = format!("le=\"{end}\"}} ");
            let line = text.lines().find(|line| line.contains(&wanted)).unwrap();
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        };
        assert_eq!(
            [
                bucket("0.001"),
                bucket("0.0025"),
                bucket("0.05"),
                bucket("1"),
                bucket("+Inf")
            ],
            [0, 1, 2, 3, 3]
        );
        assert!(
            text.contains("_count{route=\"/tickets/{number}\",method=\"GET\",status=\"2xx\"} 3")
        );
    }
}
