import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

/// The files of `deploy/` for Prometheus and Grafana, held against what the service really says.
@Suite(.timeLimit(.minutes(15))) struct MonitoringFilesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../deploy").standardizedFileURL

  /// The metrics of a service that has classified and was corrected, of enough pictures for all gauges.
  private static func metrics() async throws -> String {
    try await withTemporaryDirectory { home in
      try await StoredHistory.fill(home)
      return try await RunningServer.run(home: home, engines: "all") { server in
        defer { server.stop(SIGTERM) }
        return try await server.get("/metrics")
      }.value
    }
  }

  private static func names(_ text: some StringProtocol) -> Set<String> {
    Set(String(text).matches(of: #/\batelier_\w+/#).map { String($0.output) })
  }

  @Test func askForMetricsThereAre() async throws {
    let metrics = try await Self.metrics()
    let samples = metrics.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let offered = Set(samples.compactMap { Self.names($0.prefix { $0 != "{" && $0 != " " }).first })
      .union(metrics.matches(of: #/# TYPE (\w+)/#).map { String($0.output.1) })
    #expect(offered.count > 25)
    for file in ["grafana/atelier.json", "prometheus/alerts.yaml", "prometheus/alerts.test.yaml"] {
      let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
      let asked = Self.names(text)
      #expect(asked.count >= 4)
      #expect(asked.subtracting(offered).isEmpty, "\(file)")
    }
    let checked = try await Self.promtool("check", "metrics", input: metrics)
    #expect(checked.status == .exited(0), "\(checked.text)")
  }

  /// Labels too: a query of a label that no series has finds nothing.
  @Test func askForLabelsThereAre() async throws {
    let metrics = try await Self.metrics()
    let labels = Set(metrics.matches(of: #/[{,](\w+)="/#).map { String($0.output.1) })
    let text = try String(
      contentsOf: Self.folder.appending(path: "grafana/atelier.json"), encoding: .utf8)
    let grouped = text.matches(of: #/by \(([\w, ]+)\)/#).flatMap {
      $0.output.1.split(separator: ", ").map(String.init)
    }
    let shown = text.matches(of: #/\{\{(\w+)\}\}/#).map { String($0.output.1) }
    #expect(grouped.count > 5 && shown.count > 5)
    // Prometheus itself adds the address that it asked.
    #expect(Set(grouped + shown).subtracting(labels).subtracting(["instance"]).isEmpty)
  }

  @Test func theDashboardIsComplete() throws {
    struct Dashboard: Decodable {
      struct Target: Decodable { let expr: String }
      struct Place: Decodable { let x, y, w, h: Int }
      struct Panel: Decodable {
        let id: Int
        let title: String
        let type: String
        let gridPos: Place
        let targets: [Target]?
      }
      let uid: String
      let panels: [Panel]
    }
    let data = try Data(contentsOf: Self.folder.appending(path: "grafana/atelier.json"))
    let dashboard = try JSONDecoder().decode(Dashboard.self, from: data)
    #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
    for panel in dashboard.panels where panel.type != "row" {
      #expect(panel.targets?.isEmpty == false, "\(panel.title)")
      #expect(panel.gridPos.x + panel.gridPos.w <= 24, "\(panel.title)")
    }
  }

  @Test(arguments: [
    ["check", "config", "--syntax-only", "prometheus.yaml"],
    ["check", "config", "--syntax-only", "compose.yaml"], ["check", "rules", "alerts.yaml"],
    ["test", "rules", "alerts.test.yaml"],
  ])
  func prometheusTakesTheRules(arguments: [String]) async throws {
    let result = try await Self.promtool(arguments)
    #expect(result.status == .exited(0), "\(result.text)")
  }

  private static func promtool(
    _ arguments: String..., input: String = ""
  ) async throws -> (status: TerminationStatus, text: String) {
    try await promtool(arguments, input: input)
  }

  /// Runs Prometheus's own checks, of Debian's package.
  private static func promtool(
    _ arguments: [String], input: String = ""
  ) async throws -> (status: TerminationStatus, text: String) {
    let result = try await Subprocess.run(
      .name("promtool"), arguments: .init(arguments),
      workingDirectory: FilePath(folder.appending(path: "prometheus").path),
      input: .string(input), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return (result.terminationStatus, result.standardOutput + result.standardError)
  }
}
