import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

extension RunningServer {
  /// Follows what happens to a job, which leaves the processor to those that do it.
  ///
  /// - Parameters:
  ///   - id: The job.
  ///   - isEnough: Whether an event, by its name and data, is the one to wait for.
  /// - Returns: The data of that event, or of the last one.
  @discardableResult
  func follow(
    _ id: String, until isEnough: (_ event: String, _ data: String) throws -> Bool
  ) async throws -> String {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/jobs/\(id)/events")
    request.headers.add(name: "X-API-Key", value: Self.key)
    let response = try await HTTPClient.shared.execute(request, timeout: .minutes(10))
    var (text, last) = ("", "")
    for try await part in response.body {
      text += String(buffer: part)
      while let end = text.firstRange(of: "\n\n") {
        var (name, data) = ("", "")
        for line in text[..<end.lowerBound].split(separator: "\n") {
          if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
          if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
        }
        text.removeSubrange(..<end.upperBound)
        if !data.isEmpty { last = data }
        if try isEnough(name, data) { return last }
      }
    }
    return last
  }

  /// Waits until a job is over, and says as what.
  func end(of id: String) async throws -> String {
    try await follow(id) { event, _ in event == "end" }
  }
}
