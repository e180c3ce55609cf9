import Testing

@testable import AtelierServer

@Suite struct ServerSentEventTests {
  @Test(arguments: [
    (ServerSentEvent(data: "{}"), "data: {}\n\n"),
    (ServerSentEvent(name: "summary", data: "a"), "event: summary\ndata: a\n\n"),
    (ServerSentEvent(name: "n", id: "7", data: ""), "event: n\nid: 7\ndata: \n\n"),
    (ServerSentEvent(data: "a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n"),
  ])
  func isWrittenLineByLine(event: ServerSentEvent, text: String) {
    #expect(event.text == text)
  }
}
