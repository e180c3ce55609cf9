import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import NIOCore
import Records
import Testing

@testable import AtelierServer

/// What callers do that are slow, broken or hostile.
@Suite(.timeLimit(.minutes(15))) struct ConnectionTests {
  private let head =
    "POST /predict-onnx HTTP/1.1\r\nHost: localhost\r\nX-API-Key: \(TestService.predictKey)\r\n"
    + "Content-Type: multipart/form-data; boundary=boundary\r\n"

  private func raw(
    _ service: TestService, _ body: @escaping @Sendable (RawConnection) async throws -> Void
  ) async throws {
    try await service.test(.live) { client in
      try await body(RawConnection(port: try #require(client.port)))
    }
  }

  @Test func servesSeveralRequestsOnAConnection() async throws {
    let service = try TestService()
    try await service.test(.live) { client in
      for _ in 0..<3 {
        let response = try await client.execute(
          uri: "/predict-onnx", method: .post, headers: Sample.headers(),
          body: Sample.form(Sample.png(level: 0)))
        #expect(response.status == .ok)
      }
    }
    #expect(try await service.store.counts().total == 3)
  }

  /// A body that comes in chunks is more than HTTP/1.0 knows, and so is a connection that stays.
  @Test(arguments: ["", "Connection: keep-alive\r\nExpect: 100-continue\r\n"])
  func answersOlderCallersInTheirProtocol(fields: String) async throws {
    let key = "X-API-Key: \(TestService.readKey)\r\n"
    let service = try TestService()
    for path in ["/health/live", "/predictions/export"] {
      try await raw(service) { connection in
        connection.send("GET \(path) HTTP/1.0\r\n\(key)\(fields)\r\n")
        let answer = await connection.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.0 200 OK\r\n"))
        #expect(answer.contains(#/(?i)\r\nConnection: close\r\n/#))
        #expect(!answer.contains(#/(?i)Transfer-Encoding/#))
        #expect(answer.contains(path == "/health/live" ? "\r\n\r\n{" : "\r\n\r\n\u{FEFF}id,"))
      }
    }
  }

  @Test(arguments: ["close", "Close", "keep-alive, close"])
  func endsAConnectionWhoseCallerIsLeaving(option: String) async throws {
    try await raw(TestService()) { connection in
      connection.send(
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: \(option)\r\n\r\n")
      let answer = await connection.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.contains(#/(?i)\r\nConnection: close\r\n/#))
    }
  }

  /// Probes of load balancers speak HTTP/1.0, in which nobody has to name the host.
  @Test(arguments: [
    ("HTTP/1.1", "", 400), ("HTTP/1.1", "Host: a\r\nHost: b\r\n", 400),
    ("HTTP/1.1", "Host: a b/c\r\n", 400), ("HTTP/1.1", "Host:\r\n", 200),
    ("HTTP/1.1", "Host: [::1]:8000\r\n", 200), ("HTTP/1.0", "", 200),
    ("HTTP/1.0", "Host: a\r\nHost: b\r\n", 400),
  ])
  func wantsToKnowTheHost(version: String, fields: String, status: Int) async throws {
    try await raw(TestService()) { connection in
      connection.send("GET /health/live \(version)\r\n\(fields)Connection: close\r\n\r\n")
      let answer = await connection.readToEnd()
      #expect(answer.hasPrefix("\(version) \(status) "))
      #expect(answer.contains("\"code\":\"invalid_request\"") == (status == 400))
      #expect(answer.contains("X-Request-ID: "))
    }
  }

  @Test(arguments: ["/health/live", "/stats", "/predict", "/nowhere"])
  func answersToHeadHaveNoBody(path: String) async throws {
    try await raw(TestService()) { connection in
      connection.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      let answer = await connection.readToEnd()
      #expect(answer.contains(#/(?i)\r\nContent-Length: [1-9]/#))
      #expect(answer.hasSuffix("\r\n\r\n"))
    }
  }

  /// Such an answer says neither how long its body would be, nor that there would be none.
  @Test(arguments: ["/predictions/export", "/metrics/events"])
  func answersToHeadOfAStreamHaveNoLength(path: String) async throws {
    try await raw(TestService()) { connection in
      let fields = "Host: localhost\r\nX-API-Key: \(TestService.readKey)\r\n"
      connection.send("HEAD \(path) HTTP/1.1\r\n\(fields)\r\n")
      connection.send("HEAD /stats HTTP/1.1\r\n\(fields)Connection: close\r\n\r\n")
      let answers = await connection.readToEnd()
      #expect(answers.ranges(of: "HTTP/1.1 200").count == 2)
      #expect(answers.contains("\r\n\r\nHTTP/1.1 200"))
      #expect(answers.ranges(of: #/(?i)\r\nContent-Length:/#).count == 1)
      #expect(answers.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func answersEachOfSeveralRequestsThatComeTogether() async throws {
    let service = try TestService()
    let form = String(decoding: Array(buffer: Sample.form(Array("x".utf8))), as: UTF8.self)
    try await raw(service) { connection in
      let request = head + "Content-Length: \(form.utf8.count)\r\n\r\n" + form
      connection.send(request + request + "GET /health/live HTTP/1.1\r\nHost: localhost\r\n")
      connection.send("Connection: close\r\n\r\n")
      let answer = await connection.readToEnd()
      #expect(answer.ranges(of: "HTTP/1.1 400").count == 2)
      #expect(answer.contains("HTTP/1.1 200"))
    }
  }

  /// The answer to a request leaves while the next one is still read.
  @Test func anAnswerDoesNotEndTheRequestBehindIt() async throws {
    let gate = Gate()
    let service = try TestService(engines: [BrightnessEngine(.onnx, gate: gate)])
    let picture = Sample.form(Sample.png(level: 0))
    let form = String(decoding: Array(buffer: Sample.form(Array("x".utf8))), as: UTF8.self)
    try await raw(service) { connection in
      connection.send(head + "Content-Length: \(picture.readableBytes)\r\n\r\n")
      connection.send(Array(buffer: picture))
      await gate.waitForArrival()
      connection.send(
        head + "Connection: close\r\nContent-Length: \(form.utf8.count)\r\n\r\n")
      gate.open()
      let first = await connection.read(until: "\"garment\":")
      #expect(first.hasPrefix("HTTP/1.1 200"))
      #expect(!first.contains(#/(?i)Connection: close/#))
      connection.send(form)
      #expect(await connection.readToEnd().contains("HTTP/1.1 400"))
    }
    #expect(try await service.store.counts().total == 1)
  }

  /// What asks for a body is not written into the answer to the request before.
  @Test func doesNotInterruptAnAnswerToAskForABody() async throws {
    let gate = Gate()
    let service = try TestService(engines: [BrightnessEngine(.onnx, gate: gate)])
    let picture = Sample.form(Sample.png(level: 0))
    let form = String(decoding: Array(buffer: Sample.form(Array("x".utf8))), as: UTF8.self)
    try await raw(service) { connection in
      connection.send(head + "Content-Length: \(picture.readableBytes)\r\n\r\n")
      connection.send(Array(buffer: picture))
      await gate.waitForArrival()
      connection.send(head + "Expect: 100-continue\r\nConnection: close\r\n")
      connection.send("Content-Length: \(form.utf8.count)\r\n\r\n")
      // By then the service has read it.
      try await Task.sleep(for: .milliseconds(100))
      gate.open()
      connection.send(form)
      let answers = await connection.readToEnd()
      #expect(answers.hasPrefix("HTTP/1.1 200"))
      #expect(answers.contains("HTTP/1.1 400"))
    }
  }

  @Test func dropsABodyThatNeverEnds() async throws {
    let service = try TestService { $0.requestTimeout = .milliseconds(300) }
    try await raw(service) { connection in
      connection.send(head + "Content-Length: 1000\r\n\r\nstart")
      let answer = await connection.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 408"))
      #expect(answer.contains(#/(?i)\r\nConnection: close\r\n/#))
      #expect(answer.contains("\"code\":\"request_timeout\""))
      #expect(answer.ranges(of: "HTTP/1.1").count == 1)
    }
    #expect(try await service.store.counts().total == 0)
  }

  /// What is sent on a connection that has ended breaks it, and the answer may be lost with it.
  @Test func aCallerThatStillSendsCanReadThatItIsTooSlow() async throws {
    let service = try TestService { $0.requestTimeout = .milliseconds(300) }
    try await raw(service) { connection in
      connection.send(head + "Content-Length: 1000\r\n\r\nstart")
      let answer = await connection.read(until: "request_timeout")
      #expect(answer.hasPrefix("HTTP/1.1 408"))
      for _ in 0..<2 {
        try await Task.sleep(for: .milliseconds(10))
        #expect(connection.send("more"))
      }
      let rest = await connection.readToEnd()
      #expect(!rest.contains("HTTP/1.1"))
    }
  }

  /// The time that an upload may take is not what the next request on the connection may.
  @Test func dropsABodyThatNeverEndsBehindAnUpload() async throws {
    let service = try TestService {
      $0.requestTimeout = .milliseconds(300)
      $0.uploadTimeout = .seconds(3_600)
      $0.idleTimeout = .seconds(3_600)
    }
    let upload = Sample.form(Sample.png(level: 0))
    try await raw(service) { connection in
      connection.send(
        head.replacing("/predict-onnx", with: "/predict-batch")
          + "Content-Length: \(upload.readableBytes)\r\n\r\n")
      connection.send(Array(buffer: upload))
      let answer = await connection.read(until: "\"totals\"")
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      connection.send(head + "Content-Length: 1000\r\n\r\nstart")
      #expect(await connection.isClosedByServer())
    }
  }

  /// The places for uploads are for what has arrived.
  @Test func slowUploadsKeepNobodyWaiting() async throws {
    let service = try TestService()
    try await service.test(.live) { client in
      let port = try #require(client.port)
      let upload = head.replacing("/predict-onnx", with: "/predict-batch")
      let slow = try (0..<2 * BatchService.batchLimit).map { _ in try RawConnection(port: port) }
      for connection in slow {
        connection.send(upload + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n--bound")
        #expect(await connection.read(until: "100 Continue").hasPrefix("HTTP/1.1 100"))
      }
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == .ok)
      let more = try (slow.count..<BatchService.arrivalLimit).map { _ in
        try RawConnection(port: port)
      }
      for connection in more { connection.send(upload + "Content-Length: 1000\r\n\r\n--bound") }
      // There is a place until the last of them has taken its own.
      var status = HTTPResponse.Status.ok
      while status == .ok {
        status = try await client.execute(
          uri: "/predict-batch", method: .post, headers: Sample.headers(),
          body: Sample.form(Sample.png(level: 0))
        ).status
      }
      #expect(status == .serviceUnavailable)
      withExtendedLifetime((slow, more)) {}
    }
  }

  @Test func answersBeforeAHugeBodyIsSent() async throws {
    let service = try TestService { $0.bodyLimit = 1_000 }
    try await raw(service) { connection in
      connection.send(head + "Content-Length: 100000000\r\n\r\n")
      let answer = await connection.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 413"))
      #expect(answer.lowercased().contains("connection: close"))
      #expect(answer.contains("\"code\":\"too_large\""))
    }
  }

  @Test func dropsAChunkedBodyThatGrowsTooLarge() async throws {
    let service = try TestService { $0.bodyLimit = 1_000 }
    try await raw(service) { connection in
      connection.send(head + "Transfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<100 {
        guard connection.send("400\r\n" + String(repeating: "x", count: 1_024) + "\r\n") else {
          break
        }
      }
      #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 413"))
    }
  }

  @Test func asksForTheBodyOnlyWhenItWantsIt() async throws {
    let service = try TestService()
    let form = String(buffer: Sample.form(Array("no picture".utf8)))
    try await raw(service) { connection in
      connection.send(
        head
          + "Expect: 100-continue\r\nConnection: close\r\nContent-Length: \(form.utf8.count)\r\n\r\n"
      )
      connection.send(form)
      let answer = await connection.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n"))
      #expect(answer.contains("HTTP/1.1 400"))
    }
  }

  /// A body that is larger than other routes take is asked for where uploads go.
  @Test(arguments: ["/predict-batch", "/jobs", "/models", "/training", "/training/inspect"])
  func asksForUploads(path: String) async throws {
    let service = try TestService { $0.bodyLimit = 1_000 }
    try await raw(service) { connection in
      connection.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n")
      connection.send("Expect: 100-continue\r\n\r\n")
      let answer = await connection.read(until: "\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n"))
    }
  }

  @Test func saysWhatIsNotHTTP() async throws {
    let service = try TestService()
    try await raw(service) { connection in
      connection.send("this is not HTTP\r\n\r\n")
      let answer = await connection.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 400"))
      let header = try #require(answer.firstMatch(of: #/X-Request-ID: (\S+)/#))
      #expect(answer.contains("\"request_id\":\"\(header.output.1)\""))
      let identity = String(header.output.1)
      #expect(
        service.log.entries.contains {
          $0.metadata["request_id"] == .string(identity)
            && $0.metadata["client"] == .string("127.0.0.1")
        })
    }
  }

  @Test func refusesHeaderBombs() async throws {
    let service = try TestService()
    try await raw(service) { connection in
      connection.send("GET /predict HTTP/1.1\r\nHost: localhost\r\n")
      connection.send("X-Long: " + String(repeating: "x", count: 100_000) + "\r\n\r\n")
      #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 431"))
    }
    let many = (0..<1_000).map { "X-\($0): x\r\n" }.joined()
    try await raw(TestService()) { connection in
      connection.send("GET /predict HTTP/1.1\r\nHost: localhost\r\n" + many + "\r\n")
      #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 4"))
    }
  }

  @Test func closesIdleConnections() async throws {
    let service = try TestService { $0.idleTimeout = .milliseconds(100) }
    try await raw(service) { connection in
      #expect(await connection.isClosedByServer())
    }
  }

  @Test func forgetsTheWorkOfACallerThatLeft() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate)
    let service = try TestService(engines: [engine]) {
      $0.engineThreads = 1
      $0.batchLimit = 1
    }
    let form = String(decoding: Array(buffer: Sample.form(Array("x".utf8))), as: UTF8.self)
    try await service.test(.live) { client in
      let port = try #require(client.port)
      async let first = client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      await gate.waitForArrival()
      let leaving = try RawConnection(port: port)
      leaving.send(head + "Content-Length: \(form.utf8.count)\r\n\r\n" + form)
      leaving.finishSending()
      // The answer says that the work was given up, although no thread was free to look at it.
      #expect(await leaving.readToEnd().hasPrefix("HTTP/1.1 499"))
      gate.open()
      #expect(try await first.status == .ok)
    }
    #expect(engine.batchSizes == [1])
    #expect(try await service.store.counts().total == 1)
  }

  @Test func manyIdleConnectionsDoNotHinder() async throws {
    let service = try TestService()
    try await service.test(.live) { client in
      let port = try #require(client.port)
      let idle = try (0..<400).map { _ in try RawConnection(port: port) }
      let response = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == .ok)
      withExtendedLifetime(idle) {}
    }
  }
}
