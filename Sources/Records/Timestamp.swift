public import Foundation
import Glibc

/// Times as records, answers and log lines write them: RFC 3339 in UTC with milliseconds.
public enum Timestamp {
  /// The present time.
  public static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
  }

  /// A time after 1970, of which whole milliseconds are kept.
  public static func text(_ date: Date) -> String {
    let milliseconds = milliseconds(of: date)
    return text(seconds: milliseconds / 1_000, milliseconds: milliseconds % 1_000)
  }

  /// Reads a time (RFC 3339, section 5.6), with any offset; `nil` when the text is not one, or a time
  /// before 1970.
  public static func date(_ text: String) -> Date? {
    let match = text.wholeMatch(
      of:
        #/
        (\d{4})-(\d\d)-(\d\d)[Tt\ ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?
        (?:[Zz]|([+-])(\d\d):(\d\d))
        /#.asciiOnlyDigits())
    guard let parts = match?.output else { return nil }
    func number(_ text: Substring?) -> Int { text.flatMap { Int($0) } ?? 0 }
    let (hour, minute, second) = (number(parts.4), number(parts.5), number(parts.6))
    let (offsetHours, offsetMinutes) = (number(parts.9), number(parts.10))
    guard let midnight = midnight(number(parts.1), number(parts.2), number(parts.3)), hour < 24,
      minute < 60, second < 60, offsetHours < 24, offsetMinutes < 60
    else { return nil }
    let offset = (offsetHours * 60 + offsetMinutes) * (parts.8 == "-" ? -60 : 60)
    let seconds = midnight + (hour * 60 + minute) * 60 + second - offset
    let nanoseconds = number(((parts.7 ?? "") + "000000000").prefix(9))
    return seconds < 0 ? nil : date(milliseconds: seconds * 1_000 + nanoseconds / 1_000_000)
  }

  /// The seconds since 1970 when a day began; `nil` when the calendar has no such day.
  private static func midnight(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    var parts = tm()
    parts.tm_year = Int32(year - 1_900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    let seconds = timegm(&parts)
    // What is no day has become another one.
    return Int(parts.tm_mday) == day && Int(parts.tm_mon) == month - 1 ? seconds : nil
  }

  /// Whole milliseconds since 1970; 0 for a time before.
  package static func milliseconds(of date: Date) -> Int {
    // A date counts seconds in binary, so that a whole millisecond may lie a quarter of a microsecond
    // below itself.
    max(0, Int((date.timeIntervalSince1970 * 1_000 + 0.001).rounded(.down)))
  }

  /// The time some milliseconds after 1970 began.
  static func date(milliseconds: Int) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
  }

  /// Reads what ``text(_:)`` or PostgreSQL wrote, which leaves out zeros at the end, faster than
  /// ``date(_:)`` does.
  package static func stored(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    let zone = bytes.last == UInt8(ascii: "Z") ? 1 : text.hasSuffix("+00") ? 3 : 0
    let fraction = bytes.count - zone - 20
    guard zone > 0, fraction == -1 || (1...3).contains(fraction) else { return date(text) }
    func number(_ range: Range<Int>) -> Int32 {
      bytes[range].reduce(0) { $0 * 10 + Int32($1 &- 48) }
    }
    var parts = tm()
    parts.tm_year = number(0..<4) - 1_900
    parts.tm_mon = number(5..<7) - 1
    parts.tm_mday = number(8..<10)
    parts.tm_hour = number(11..<13)
    parts.tm_min = number(14..<16)
    parts.tm_sec = number(17..<19)
    let scale: Int32 = [1: 100, 2: 10, 3: 1][fraction] ?? 0
    let milliseconds = scale == 0 ? 0 : number(20..<20 + fraction) * scale
    return date(milliseconds: timegm(&parts) * 1_000 + Int(milliseconds))
  }

  private static func text(seconds: Int, milliseconds: Int) -> String {
    var seconds = seconds
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return String(unsafeUninitializedCapacity: 24) { bytes in
      var position = 0
      func put(_ value: Int, digits: Int, then separator: Character) {
        var divisor = (1..<digits).reduce(1) { product, _ in product * 10 }
        while divisor > 0 {
          bytes[position] = UInt8(48 + value / divisor % 10)
          position += 1
          divisor /= 10
        }
        bytes[position] = separator.asciiValue ?? 0
        position += 1
      }
      put(Int(parts.tm_year) + 1_900, digits: 4, then: "-")
      put(Int(parts.tm_mon) + 1, digits: 2, then: "-")
      put(Int(parts.tm_mday), digits: 2, then: "T")
      put(Int(parts.tm_hour), digits: 2, then: ":")
      put(Int(parts.tm_min), digits: 2, then: ":")
      put(Int(parts.tm_sec), digits: 2, then: ".")
      put(milliseconds, digits: 3, then: "Z")
      return position
    }
  }
}
