public import Foundation

/// The predictions since a time, counted by what monitoring asks for.
public struct PredictionTallies: Sendable, Hashable {
  /// When the counting starts: the beginning of the minute or hour of the time that was asked for.
  public var start: Date
  /// The counts, each combination once.
  public var tallies: [PredictionTally]

  /// Wraps counts.
  public init(start: Date, tallies: [PredictionTally]) {
    self.start = start
    self.tallies = tallies
  }
}

/// How finely predictions are counted in time.
public enum TallySpan: Int, Sendable, CaseIterable {
  // The raw value is how many characters of a time name its interval: 2026-11-24T09 is an hour.
  /// By hours, for long times.
  case hour = 13
  /// By minutes.
  case minute = 16

  /// Seconds in an interval.
  public var seconds: Int { self == .hour ? 3_600 : 60 }

  /// The name of the interval a time lies in.
  func period(of date: Date) -> String { String(Timestamp.text(date).prefix(rawValue)) }

  /// When the interval began that a time lies in.
  func start(of date: Date) -> Date {
    let length = Double(seconds)
    return Date(
      timeIntervalSince1970: (max(0, date.timeIntervalSince1970) / length).rounded(.down) * length)
  }
}
