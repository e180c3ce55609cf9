import Foundation
import Logging
import Testing

@testable import AtelierServer

@Suite struct LoggingTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-log-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var file: URL { folder.appending(path: "app.log") }

  private func lines(_ name: String = "app.log") throws -> [Substring] {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
  }

  @Test func writesALineOfJSONAnEvent() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, echoes: false)
    var logger = Logger(label: "test") { _ in JSONLogHandler(sink: sink) }
    logger[metadataKey: "server"] = "one"
    logger.debug("not written")
    logger.warning(
      "a \"quoted\"\nmessage", error: CancellationError(),
      metadata: [
        "zeta": "last", "status": .number(503), "request_id": "id",
        "duration_ms": .milliseconds(.microseconds(1_500)), "list": ["a", "b"],
      ])
    await sink.flush()
    let line = try #require(try lines().first)
    #expect(try lines().count == 1)
    let pattern =
      #/\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"warning","message":"a \\"quoted\\"\\nmessage",(.*)\}/#
    let rest = try #require(line.wholeMatch(of: pattern)?.output.1, "\(line)")
    #expect(
      rest == #"""
        "request_id":"id","status":503,"duration_ms":1.500,"list":["a","b"],"server":"one",\#
        "zeta":"last","error":"CancellationError()"
        """#)
  }

  @Test func rotatesAndKeepsSomeFiles() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, size: 1_000, count: 3, echoes: false)
    for index in 0..<100 {
      sink.write(Array(String(format: "%099d\n", index).utf8))
      await sink.flush()
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["app.log", "app.log.1", "app.log.2"])
    #expect(try names.reversed().flatMap { try lines($0) }.map { Int($0) } == Array(70..<100))
  }

  @Test func goesOnWithTheFileOfAnEarlierRun() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for run in 0..<2 {
      let sink = LogSink(file: file, echoes: false)
      sink.write(Array("run \(run)\n".utf8))
      await sink.flush()
    }
    #expect(try lines() == ["run 0", "run 1"])
  }

  @Test func losesNoLineOfManyWriters() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, echoes: false)
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask { for line in 0..<500 { sink.write(Array("\(writer) \(line)\n".utf8)) } }
      }
    }
    await sink.flush()
    let written = try lines()
    #expect(Set(written).count == 4_000)
    for writer in 0..<8 {
      let numbers = written.filter { $0.hasPrefix("\(writer) ") }.compactMap {
        Int($0.dropFirst(2))
      }
      #expect(numbers == Array(0..<500))
    }
  }
}
