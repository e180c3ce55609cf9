public import Foundation
import Synchronization

/// Counts and times the requests of this process, in memory that is bounded: 289 intervals of
/// ``sourceLimit`` sources and of all together, of at most 12 KiB each, and most of which are far
/// smaller or empty.
public final class TrafficLog: Sendable {
  /// What answered a request.
  public struct Source: Sendable, Hashable {
    /// The engine, by its display name.
    public let engine: String
    /// The name of the model version.
    public let modelVersion: String

    /// Names a source.
    public init(engine: String, modelVersion: String) {
      self.engine = engine
      self.modelVersion = modelVersion
    }
  }

  /// Sources that are counted apart at once; the one that was silent longest makes room.
  public static let sourceLimit = 8

  private struct State {
    var all = TrafficHistory()
    var sources: [Source: (history: TrafficHistory, lastSecond: Int)] = [:]
  }

  /// When the counting started.
  public let start: Date
  private let state = Mutex(State())

  /// Starts counting.
  public init(start: Date = Date()) {
    self.start = start
  }

  /// Notes a request that was answered.
  ///
  /// - Parameters:
  ///   - source: What answered it; `nil` when it got no further, or needed no engine.
  ///   - status: The status of the answer.
  ///   - latency: How long the answer took; `nil` for one that goes on after it began, such as that to
  ///     an archive, which takes as long as it is large.
  public func record(source: Source?, status: Int, latency: Duration?, at date: Date = Date()) {
    let second = Int(date.timeIntervalSince1970)
    state.withLock { state in
      state.all.record(at: second, status: status, latency: latency)
      guard let source else { return }
      // Taken out, so that it is changed in place.
      var history = state.sources.removeValue(forKey: source)?.history ?? TrafficHistory()
      history.record(at: second, status: status, latency: latency)
      if state.sources.count >= Self.sourceLimit,
        let silent = state.sources.min(by: { $0.value.lastSecond < $1.value.lastSecond })
      {
        state.sources[silent.key] = nil
      }
      state.sources[source] = (history, second)
    }
  }

  /// The traffic of a window.
  ///
  /// - Parameters:
  ///   - window: How long the window is.
  ///   - engine: Only that of an engine, by its display name; `nil` for any.
  ///   - modelVersion: Only that of a model version; `nil` for any.
  public func report(
    over window: TimeWindow, engine: String? = nil, modelVersion: String? = nil, at date: Date
  ) -> TrafficReport {
    let (all, sources) = state.withLock { ($0.all, $0.sources.mapValues(\.history)) }
    let matching = sources.filter {
      engine ?? $0.key.engine == $0.key.engine
        && modelVersion ?? $0.key.modelVersion == $0.key.modelVersion
    }
    let isAll = engine == nil && modelVersion == nil
    return TrafficReport(
      isAll ? [all] : Array(matching.values), sources: matching, over: window, since: start,
      at: date)
  }
}
