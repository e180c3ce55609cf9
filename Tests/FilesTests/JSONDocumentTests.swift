import Files
import Foundation
import Testing

@Suite struct JSONDocumentTests {
  private struct Document: Decodable {
    let part: Part

    struct Part: Decodable {
      let count: Int
      let kind: Kind
    }

    enum Kind: String, Decodable {
      case one
    }
  }

  @Test(arguments: [
    ("{", "it is not JSON"),
    ("[1]", "it is JSON of another kind"),
    ("{}", #"it has no "part""#),
    (#"{"part": {"kind": "one"}}"#, #"it has no "part.count""#),
    (#"{"part": {"count": "1", "kind": "one"}}"#, #""part.count" is not what it should be"#),
    (#"{"part": {"count": 1, "kind": "two"}}"#, #""part.kind" has an unknown value"#),
  ])
  func errorsSayWhatIsWrongWithAText(text: String, reason: String) throws {
    let error = try #require(throws: DecodingError.self) {
      try JSONDocument.decode(Document.self, from: Data(text.utf8))
    }
    #expect(JSONDocument.reason(of: error) == reason)
  }
}
