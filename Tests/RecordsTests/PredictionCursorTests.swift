import Testing

@testable import Records

@Suite struct PredictionCursorTests {
  @Test func readsItsOwnText() {
    for _ in 0..<100 {
      let cursor = PredictionCursor(after: RecordID.make())
      #expect(PredictionCursor(cursor.description) == cursor)
      #expect(
        cursor.description.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) })
    }
  }

  @Test func refusesATextThatWasChanged() {
    let text = Array(PredictionCursor(after: RecordID.make()).description)
    for index in text.indices {
      var changed = text
      changed[index] = text[index] == "0" ? "1" : "0"
      #expect(PredictionCursor(String(changed)) == nil)
    }
    #expect(PredictionCursor(String(text.dropLast())) == nil)
    #expect(PredictionCursor(String(text) + "0") == nil)
    #expect(PredictionCursor(String(text).uppercased()) == nil || !text.contains(where: \.isLetter))
    for text in ["", "é", String(repeating: "é", count: 20), String(repeating: "-", count: 40)] {
      #expect(PredictionCursor(text) == nil)
    }
  }
}
