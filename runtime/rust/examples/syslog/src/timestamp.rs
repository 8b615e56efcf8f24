//! Times of messages, as nanoseconds since 1970.

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// RFC 3339, as RFC 5424 wants it: `2026-11-25T19:40:00.123Z`, `...+02:00`.
pub(crate) fn rfc3339(text: &str) -> Option<u64> {
    let (date, time) = text.split_once(['T', 't'])?;
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut fraction_nanos = 0;
    if !fraction.is_empty() {
        let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        fraction_nanos = number(&digits)?;
    }
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let minutes = number(hours)? * 60 + number(minutes)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let nanos = instant(year, month, day, clock)? + fraction_nanos - offset * 60 * SECOND;
    u64::try_from(nanos).ok()
}

/// RFC 3164, in UTC: `Nov 25 19:40:00`. The year is the one that brings it nearest to `now`.
pub(crate) fn rfc3164(text: &str, now: u64) -> Option<u64> {
    let mut words = text.split_ascii_whitespace();
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as i128 + 1;
    let day = number(words.next()?)?;
    let clock = words.next()?;
    let now = i128::from(now);
    let this_year = 1970 + now / (365 * DAY + DAY / 4);
    (this_year - 1..=this_year + 1)
        .filter_map(|year| instant(year, month, day, clock))
        .min_by_key(|nanos| (nanos - now).abs())
        .and_then(|nanos| u64::try_from(nanos).ok())
}

fn number(text: &str) -> Option<i128> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn instant(year: i128, month: i128, day: i128, clock: &str) -> Option<i128> {
    let mut clock = clock.splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i128::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days since 1970: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    Some(days * DAY + (hour * 3600 + minute * 60 + second) * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_zone() {
        assert_eq!(rfc3339("1970-01-01T00:00:01Z"), Some(1_000_000_000));
        assert_eq!(rfc3339("2003-10-11T22:14:15.003Z"), Some(1_065_910_455_003_000_000));
        assert_eq!(rfc3339("2003-08-24T05:14:15.000003-07:00"), Some(1_061_727_255_000_003_000));
        for wrong in
            ["-", "2003-13-01T00:00:00Z", "2003-02-29T00:00:00Z", "2003-10-11 22:14:15Z", "2003-10-11T22:14:15", "x"]
        {
            assert_eq!(rfc3339(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_without_a_year_is_the_nearest() {
        let new_year = rfc3339("2027-01-01T00:00:05Z").unwrap();
        assert_eq!(rfc3164("Dec 31 23:59:59", new_year), rfc3339("2026-12-31T23:59:59Z"));
        assert_eq!(rfc3164("Jan  1 00:00:01", new_year), rfc3339("2027-01-01T00:00:01Z"));
        assert_eq!(rfc3164("Foo  1 00:00:01", new_year), None);
    }
}
