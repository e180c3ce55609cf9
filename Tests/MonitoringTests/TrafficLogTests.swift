import Dataset
import Foundation
import Testing

@testable import Monitoring

@Suite struct TrafficLogTests {
  private struct Request {
    let second: Int
    let source: TrafficLog.Source?
    let status: Int
    let milliseconds: Double
  }

  private static let start = 1_790_000_000
  private static let sources = [
    TrafficLog.Source(engine: "ONNX", modelVersion: "v1"),
    TrafficLog.Source(engine: "ONNX", modelVersion: "v2"),
    TrafficLog.Source(engine: "PyTorch", modelVersion: "v1"),
  ]

  /// Requests of any kind, in order of time.
  private static func requests(over seconds: Int, _ count: Int) -> [Request] {
    var generator = SeededGenerator(seed: 11)
    let times = (0..<count).map { _ in Int.random(in: 0..<seconds, using: &generator) }.sorted()
    return times.map { time in
      Request(
        second: start + time, source: (sources + [nil]).randomElement(using: &generator) ?? nil,
        status: [200, 200, 200, 422, 503].randomElement(using: &generator) ?? 200,
        milliseconds: exp(Double.random(in: -1...7, using: &generator)))
    }
  }

  private static func date(_ second: Int) -> Date {
    Date(timeIntervalSince1970: Double(second))
  }

  @Test(arguments: ["5m", "10m", "1h", "3h", "24h", "7d", "30d"])
  func countsAsAnArrayDoes(text: String) throws {
    let window = try #require(TimeWindow(text))
    let requests = Self.requests(over: 2 * window.seconds, 3_000)
    let log = TrafficLog(start: Self.date(Self.start))
    for request in requests {
      log.record(
        source: request.source, status: request.status,
        latency: .microseconds(Int64(request.milliseconds * 1_000)), at: Self.date(request.second))
    }
    let end = Self.date(Self.start + 2 * window.seconds - 1)
    for (engine, version) in [(nil, nil), ("ONNX", nil), (nil, "v1"), ("ONNX", "v2")]
      as [(String?, String?)]
    {
      let report = log.report(over: window, engine: engine, modelVersion: version, at: end)
      let expected = requests.filter { request in
        let isAll = engine == nil && version == nil
        return Self.date(request.second) >= report.from
          && (isAll || request.source != nil)
          && engine ?? request.source?.engine == request.source?.engine
          && version ?? request.source?.modelVersion == request.source?.modelVersion
      }
      #expect(expected.count > 100)
      #expect(report.totals.requests == expected.count)
      #expect(report.totals.serverErrors == expected.filter { $0.status == 503 }.count)
      #expect(report.totals.clientErrors == expected.filter { $0.status == 422 }.count)
      #expect(report.points.reduce(0) { $0 + $1.totals.requests } == expected.count)
      #expect(abs(report.points.reduce(0) { $0 + $1.seconds } - report.seconds) < 0.001)
      let length = end.timeIntervalSince(report.from) - Double(window.seconds)
      #expect((0..<Double(report.interval)).contains(length))
      #expect(report.coverage == 1)
      let latencies = expected.filter { $0.status == 200 }.map(\.milliseconds).sorted()
      for share in [0.5, 0.95, 0.99] {
        let rank = Int((share * Double(latencies.count)).rounded(.up)) - 1
        let quantile = try #require(report.totals.latency(share)) / .milliseconds(1)
        #expect(abs(quantile / latencies[rank] - 1) < 0.011, "\(share) \(quantile)")
      }
    }
  }

  @Test func saysWhatPartOfTheWindowItSaw() throws {
    let start = Self.date(Self.start)
    let log = TrafficLog(start: start)
    for second in 0..<90 {
      log.record(
        source: nil, status: 200, latency: .milliseconds(1), at: start + Double(second))
    }
    let report = log.report(over: .hour, at: start + 90)
    #expect(report.countedSince == start)
    #expect(abs(report.rate(report.totals) - 1) < 1e-9)
    #expect((0.02...0.026).contains(report.coverage))
    #expect(report.points.count <= 3)
    #expect(report.points.allSatisfy { abs($0.rate - 1) < 0.2 })
    let early = log.report(over: .hour, at: start)
    #expect(early.rate(early.totals) == 0)
  }

  @Test func forgetsTheSourceThatWasSilentLongest() {
    let start = Self.date(Self.start)
    let log = TrafficLog(start: start)
    for number in 0...TrafficLog.sourceLimit {
      log.record(
        source: .init(engine: "ONNX", modelVersion: "v\(number)"), status: 200,
        latency: .milliseconds(1), at: start + Double(number))
    }
    let report = log.report(over: .hour, at: start + 60)
    #expect(report.sources.count == TrafficLog.sourceLimit)
    #expect(report.sources[.init(engine: "ONNX", modelVersion: "v0")] == nil)
    #expect(report.totals.requests == TrafficLog.sourceLimit + 1)
  }

  @Test func countsOnWhenTheClockIsSetBack() {
    let start = Self.date(Self.start)
    let log = TrafficLog(start: start)
    log.record(source: nil, status: 200, latency: nil, at: start + 400)
    log.record(source: nil, status: 200, latency: nil, at: start + 95)
    let report = log.report(over: .hour, at: start + 400)
    #expect(report.totals.requests == 2)
    #expect(report.totals.latency(0.5) == nil)
  }
}
