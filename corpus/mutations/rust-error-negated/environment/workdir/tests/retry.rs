mod tests {
    use retry::{backoff_ms, retry, retry_if, schedule, RetryError};

    #[test]
    fn first_attempt_ok_returns_immediately() {
        let mut calls = 0;
        let result: Result<&str, RetryError<()>> = retry(3, |_| {
            calls += 1;
            Ok("done")
        });
        assert_eq!(result, Ok("done"));
        assert_eq!(calls, 1);
    }

    #[test]
    fn retries_on_error_until_success() {
        let result = retry(5, |attempt| if attempt < 3 { Err("busy") } else { Ok(attempt) });
        assert_eq!(result, Ok(3));
    }

    #[test]
    fn gives_up_after_max_attempts() {
        let result: Result<(), _> = retry(4, |attempt| Err(attempt * 10));
        assert_eq!(result, Err(RetryError::GaveUp { attempts: 4, last: 40 }));
    }

    #[test]
    fn zero_max_attempts_errors() {
        let result: Result<(), RetryError<()>> = retry(0, |_| panic!("must not be called"));
        assert_eq!(result, Err(RetryError::NoAttempts));
    }

    #[test]
    fn permanent_error_ends_it() {
        let result: Result<(), _> = retry_if(4, |error| *error != "denied", |_| Err("denied"));
        assert_eq!(result, Err(RetryError::Permanent { attempt: 1, error: "denied" }));
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        assert_eq!(schedule(5, 100, 500), vec![100, 200, 400, 500]);
        assert_eq!(backoff_ms(1, 100, 500), 100);
    }
}
