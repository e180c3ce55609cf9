import Foundation
import Testing

@testable import Records

@Suite struct TimestampTests {
  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00.000Z"), (951_782_400.007, "2000-02-29T00:00:00.007Z"),
    (4_102_444_799.999, "2099-12-31T23:59:59.999Z"), (-1, "1970-01-01T00:00:00.000Z"),
    (1_790_000_000.123_9, "2026-09-21T14:13:20.123Z"),
  ])
  func writesWholeMilliseconds(seconds: Double, text: String) {
    #expect(Timestamp.text(Date(timeIntervalSince1970: seconds)) == text)
  }

  @Test func readsWhatItWrote() {
    for milliseconds in 1_790_000_000_000..<1_790_000_001_000 {
      let date = Timestamp.date(milliseconds: milliseconds)
      let text = Timestamp.text(date)
      #expect(text.hasSuffix(String(format: ".%03dZ", milliseconds % 1_000)))
      #expect(Timestamp.date(text) == date)
      #expect(Timestamp.stored(text) == date)
      #expect(RecordID.date(of: RecordID.make(at: date)) == date)
    }
  }

  @Test(arguments: [
    ("2026-11-24T09:30:00Z", "2026-11-24T09:30:00.000Z"),
    ("2026-11-24t09:30:00.5z", "2026-11-24T09:30:00.500Z"),
    ("2026-11-24T09:30:00.123456789+02:00", "2026-11-24T07:30:00.123Z"),
    ("2026-01-01 00:00:00-08:00", "2026-01-01T08:00:00.000Z"),
  ])
  func readsAnyOffset(text: String, expected: String) throws {
    #expect(Timestamp.text(try #require(Timestamp.date(text))) == expected)
  }

  @Test(arguments: [
    "", "now", "2026-11-24", "2026-11-24T09:30Z", "2026-11-24T09:30:00", "2026-13-01T00:00:00Z",
    "2026-11-24T09:30:00Z ", "1969-12-31T23:59:59Z", "2026-02-30T00:00:00Z",
    "2026-11-24T25:00:00Z", "2026-11-24T09:61:00Z", "２０２６-11-24T09:30:00Z",
  ])
  func refusesOtherTexts(text: String) {
    #expect(Timestamp.date(text) == nil)
  }

  @Test func aDayIsOverWhenTheNextOneStarts() throws {
    let day = try #require(HistoryTime("2026-11-24"))
    #expect(Timestamp.text(day.start) == "2026-11-24T00:00:00.000Z")
    #expect(Timestamp.text(day.end) == "2026-11-25T00:00:00.000Z")
    let time = try #require(HistoryTime("2026-11-24T10:00:00 02:00"))
    #expect(Timestamp.text(time.start) == "2026-11-24T08:00:00.000Z")
    #expect(time.start == time.end)
    #expect(HistoryTime("yesterday") == nil)
  }
}
