import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import NIOCore
import Retraining
import Testing

@testable import AtelierServer

/// Requests for training, up to the moment a job is begun.
@Suite struct TrainingRequestTests {
  /// A folder that goes with the test.
  private let folder = TemporaryFolder()

  @Test(arguments: [
    ("application/json", #"{"source":"archive"}"#, 422, "invalid_parameter"),
    ("application/json", "{", 400, "invalid_request"),
    ("application/json", #"{"source":"labels","epochs":0}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","epoch":3}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","from":"../x"}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","from":""}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","mix":"both"}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels"}"#, 422, "invalid_dataset"),
    ("text/plain", "x", 415, "unsupported_type"),
    ("application/zip", "no archive", 422, "invalid_dataset"),
  ])
  func badRequestsSayWhy(type: String, body: String, status: Int, code: String) async throws {
    let service = try TestService.training(in: folder)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training/inspect", method: .post, headers: headers(type),
        body: ByteBuffer(string: body))
      #expect(response.status.code == status)
      #expect(response.errorCode == code)
      let forbidden = try await client.execute(
        uri: "/training", method: .post,
        headers: [.contentType: type, .apiKey: TestService.readKey],
        body: ByteBuffer(string: body))
      #expect(forbidden.status == .forbidden)
    }
  }

  @Test(arguments: [
    (#"{"source":"labels","epoch":3}"#, "there is no setting epoch; there are architecture, "),
    (#"{"source":"labels","epochs":"3"}"#, "epochs must be a number"),
    (#"{"source":"labels","strict":1}"#, "strict must be true or false"),
    (#"{"source":"labels","mix":7}"#, "mix must be a text"),
  ])
  func saysWhatASettingHasToBe(body: String, message: String) async throws {
    let service = try TestService.training(in: folder)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training/inspect", method: .post, headers: headers("application/json"),
        body: ByteBuffer(string: body))
      #expect(response.errorCode == "invalid_parameter")
      #expect(response.text.contains(message))
    }
  }

  @Test(arguments: [
    ("current", TrainingOrigin.current), ("scratch", .scratch), ("spring", .version("spring")),
  ])
  func startsFromWhatIsAskedFor(text: String, origin: TrainingOrigin) throws {
    let parameters = try TrainingParameters(["from": text], source: .archive, name: "x.zip")
    #expect(parameters.from == origin)
    #expect(throws: APIError.self) {
      try TrainingParameters(["from": "../x"], source: .archive, name: "x.zip")
    }
  }

  /// What can be told before anything is read is told at once, and no job is begun.
  @Test(arguments: [
    ("application/zip", "no archive", "", "invalid_dataset"),
    ("application/json", #"{"source":"labels"}"#, "", "invalid_dataset"),
    ("application/zip", "", "?from=none", "invalid_parameter"),
  ])
  func beginsNoJobThatCannotSucceed(
    type: String, body: String, query: String, code: String
  ) async throws {
    let service = try TestService.training(in: folder)
    let content = try body.isEmpty ? Array(Patterns.archive(count: 30)) : Array(body.utf8)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training" + query, method: .post, headers: headers(type),
        body: ByteBuffer(bytes: content))
      #expect(response.status == .unprocessableContent, "\(response.text)")
      #expect(response.errorCode == code)
      #expect(try await service.board.store.waitingCount() == 0)
    }
  }

  private func headers(_ type: String) -> HTTPFields {
    [.contentType: type, .apiKey: TestService.adminKey]
  }
}
