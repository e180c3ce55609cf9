import Testing

@testable import AtelierServer

@Suite struct PrometheusTextTests {
  @Test(arguments: [
    ("plain", "plain"), (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#),
    // Each of these is one character with what is beside it.
    ("a\r\nb", "a\r\\nb"), ("\"\u{301}", "\\\"\u{301}"), ("\\\u{301}", "\\\\\u{301}"),
    ("连衣裙 👗", "连衣裙 👗"),
  ])
  func labelsStayOnTheirLine(label: String, written: String) {
    var text = PrometheusText()
    text.sample("atelier_x", labels: [("name", label)], 1)
    #expect(Array(text.text.utf8) == Array("atelier_x{name=\"\(written)\"} 1\n".utf8))
  }
}
