import Foundation
import Logging
import Monitoring
import Records

/// Sums up how the service does. Those who ask for the same at about the same time share one
/// computation.
actor SummaryService {
  private struct Entry {
    let start: ContinuousClock.Instant
    let task: Task<Result<MonitoringSummary, RecordsError>, Never>
  }

  /// What a model version said of its validation split, if that is known.
  typealias References = @Sendable (_ version: String) -> ReferenceDistribution?

  private let store: any PredictionStore
  private let traffic: TrafficLog
  private let servedVersion: @Sendable () -> (name: String, classes: [String])
  private let references: References
  private let logger: Logger
  private var entries: [SummaryQuery: Entry] = [:]

  /// Windows up to this long are counted by minutes, longer ones by hours.
  private static let minuteLimit = 6 * 3_600
  /// How long a summary is kept for those who take an older one.
  private static let lifetime = Duration.seconds(30)
  /// Different summaries that are kept at once: callers name versions and windows as they like.
  static let limit = 64

  init(
    store: any PredictionStore, traffic: TrafficLog,
    servedVersion: @escaping @Sendable () -> (name: String, classes: [String]),
    references: @escaping References, logger: Logger
  ) {
    self.store = store
    self.traffic = traffic
    self.servedVersion = servedVersion
    self.references = references
    self.logger = logger
  }

  /// How many summaries are kept.
  var count: Int { entries.count }

  /// A summary.
  ///
  /// - Parameter age: How old it may be.
  /// - Throws: ``APIError`` with status 503 when the database cannot be read.
  func summary(
    _ query: SummaryQuery, noOlderThan age: Duration = .seconds(1)
  ) async throws(APIError) -> MonitoringSummary {
    let now = ContinuousClock.now
    entries = entries.filter { now - $0.value.start < Self.lifetime }
    let entry: Entry
    if let shared = entries[query], now - shared.start < age {
      entry = shared
    } else {
      if entries[query] == nil, entries.count >= Self.limit { forgetOldest() }
      entry = Entry(start: now, task: Task { await compute(query) })
      entries[query] = entry
    }
    do throws(RecordsError) {
      return try await entry.task.value.get()
    } catch {
      throw logger.storageFailure(error, "the database cannot be read")
    }
  }

  private func forgetOldest() {
    guard let oldest = entries.min(by: { $0.value.start < $1.value.start }) else { return }
    entries[oldest.key] = nil
  }

  private func compute(_ query: SummaryQuery) async -> Result<MonitoringSummary, RecordsError> {
    let now = Date()
    let seconds = query.window.seconds
    do throws(RecordsError) {
      let tallies = try await store.tallies(
        since: now - Double(seconds), by: seconds <= Self.minuteLimit ? .minute : .hour)
      let report = traffic.report(
        over: query.window, engine: query.engine, modelVersion: query.modelVersion, at: now)
      let served = servedVersion()
      return .success(
        MonitoringSummary(
          query, servedVersion: served.name, classes: served.classes, traffic: report,
          tallies: tallies, reference: references))
    } catch {
      return .failure(error)
    }
  }
}
