import Jobs
import Pipeline
import Synchronization

/// What the jobs of this process came to, and how many there are.
final class JobMetrics: Sendable {
  private struct Counts {
    var reclaimed = 0
    var durations = Histogram.jobSeconds
  }

  private let state: Mutex<[JobKind: Counts]>

  /// - Parameter kinds: The kinds that the process does, shown from the start.
  init(kinds: [JobKind]) {
    state = Mutex(Dictionary(uniqueKeysWithValues: kinds.map { ($0, Counts()) }))
  }

  /// Counts what a worker did.
  func count(_ report: JobReport) {
    state.withLock { state in
      switch report.event {
      case .reclaimed: state[report.kind, default: Counts()].reclaimed += 1
      case .ended(let duration):
        state[report.kind, default: Counts()].durations.record(duration.seconds)
      }
    }
  }

  /// Writes the metrics.
  ///
  /// - Parameter counts: How many jobs the database has; `nil` when it cannot be read.
  func write(_ counts: [JobKind: [JobState: Int]]?, to text: inout PrometheusText) {
    let state = state.withLock { $0 }
    let kinds = Set(state.keys).union((counts ?? [:]).keys).sorted { $0.rawValue < $1.rawValue }
    text.family("atelier_jobs", .gauge, help: "Jobs that the database has, by kind and state.")
    if let counts {
      for kind in kinds {
        for state in JobState.allCases {
          text.sample(
            "atelier_jobs", labels: [("kind", kind.rawValue), ("state", state.rawValue)],
            Double(counts[kind]?[state] ?? 0))
        }
      }
    }
    text.family(
      "atelier_jobs_reclaimed_total", .counter, help: "Jobs taken over from workers that died.")
    for kind in kinds {
      text.sample(
        "atelier_jobs_reclaimed_total", labels: [("kind", kind.rawValue)],
        Double(state[kind]?.reclaimed ?? 0))
    }
    text.family(
      "atelier_job_duration_seconds", .histogram, help: "Time of jobs from their first start on.")
    for kind in kinds {
      text.sample(
        "atelier_job_duration_seconds", labels: [("kind", kind.rawValue)],
        state[kind]?.durations ?? .jobSeconds)
    }
  }
}
