import Jobs
import Testing

@testable import AtelierServer

@Suite struct JobMetricsTests {
  private static func text(_ metrics: JobMetrics, _ counts: [JobKind: [JobState: Int]]?) -> String {
    var text = PrometheusText()
    metrics.write(counts, to: &text)
    return text.text
  }

  @Test func everySeriesIsThereFromTheStart() {
    let text = Self.text(JobMetrics(kinds: [.archive, .training]), [:])
    for kind in ["archive", "training"] {
      for state in JobState.allCases {
        #expect(text.contains("atelier_jobs{kind=\"\(kind)\",state=\"\(state.rawValue)\"} 0\n"))
      }
      #expect(text.contains("atelier_jobs_reclaimed_total{kind=\"\(kind)\"} 0\n"))
      #expect(text.contains("atelier_job_duration_seconds_count{kind=\"\(kind)\"} 0\n"))
    }
  }

  @Test func countsWhatWorkersTell() {
    let metrics = JobMetrics(kinds: [.archive])
    metrics.count(JobReport(kind: .training, event: .reclaimed))
    for seconds in [2, 20, 100_000] {
      metrics.count(JobReport(kind: .training, event: .ended(after: .seconds(seconds))))
    }
    let text = Self.text(metrics, [.training: [.running: 2]])
    for line in [
      #"atelier_jobs{kind="training",state="running"} 2"#,
      #"atelier_jobs{kind="archive",state="running"} 0"#,
      #"atelier_jobs_reclaimed_total{kind="training"} 1"#,
      #"atelier_job_duration_seconds_bucket{kind="training",le="1"} 0"#,
      #"atelier_job_duration_seconds_bucket{kind="training",le="5"} 1"#,
      #"atelier_job_duration_seconds_bucket{kind="training",le="43200"} 2"#,
      #"atelier_job_duration_seconds_sum{kind="training"} 100022"#,
      #"atelier_job_duration_seconds_count{kind="training"} 3"#,
      #"atelier_job_duration_seconds_count{kind="archive"} 0"#,
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
    // Without a database there is nothing to say of how many there are.
    #expect(!Self.text(metrics, nil).contains("atelier_jobs{"))
  }
}
