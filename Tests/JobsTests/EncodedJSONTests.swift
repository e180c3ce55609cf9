import Foundation
import Jobs
import Testing

@Suite struct EncodedJSONTests {
  private struct Value: Codable, Equatable {
    var b = 1
    var a = "/x"
    var time = Date(timeIntervalSince1970: 0)
  }

  @Test func comesBackAsItWas() throws {
    let encoded = try EncodedJSON(Value())
    #expect(encoded.text == #"{"a":"/x","b":1,"time":"1970-01-01T00:00:00Z"}"#)
    #expect(try encoded.decoded() == Value())
    #expect(throws: DecodingError.self) { try encoded.decoded(as: [Int].self) }
  }
}
