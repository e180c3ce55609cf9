import Testing

@testable import Monitoring

@Suite struct TimeWindowTests {
  @Test(arguments: [
    ("60s", 60, "1m"), ("5m", 300, "5m"), ("90s", 90, "90s"), ("1h", 3_600, "1h"),
    ("60m", 3_600, "1h"), ("24h", 86_400, "1d"), ("30d", 2_592_000, "30d"),
  ])
  func readsDurations(text: String, seconds: Int, description: String) {
    #expect(TimeWindow(text)?.seconds == seconds)
    #expect(TimeWindow(text)?.description == description)
  }

  @Test(arguments: [
    "", "h", "1", "59s", "31d", "-1h", "+1h", "1.5h", "1h ", "１h", "1w", "1H", "720h1",
    "99999999999999999999d", "9223372036854775807d", "0h",
  ])
  func refusesOthers(text: String) {
    #expect(TimeWindow(text) == nil)
  }
}
