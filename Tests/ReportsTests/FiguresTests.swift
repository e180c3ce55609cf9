import Testing

@testable import Reports

@Suite struct FiguresTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (206_922, "206,922"),
    (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func thousandsAreSetApart(number: Int, text: String) {
    #expect(Figures.grouped(number) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.004, "0"), (-0.004, "0"), (12.3, "12.3"), (100, "100"), (-1.256, "-1.26"),
  ])
  func coordinatesAreShort(number: Double, text: String) {
    #expect(Figures.shortest(number, decimals: 2) == text)
  }

  @Test(arguments: [
    ("fashion-cnn_2.0", "fashion-cnn_2.0"), ("", "''"), ("two words", "'two words'"),
    ("$(rm -rf ~)", "'$(rm -rf ~)'"), ("it's", "'it'\\''s'"),
  ])
  func aWordOfTheShellStaysOne(text: String, quoted: String) {
    #expect(ShellWord.quoted(text) == quoted)
  }

  @Test func theSpreadIsThatOfASample() {
    let spread = Spread([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(spread.mean == 5)
    #expect(abs((spread.standardDeviation ?? 0) - 2.138090) < 1e-6)
    #expect(Spread([3]).standardDeviation == nil)
    #expect(Spread([]).mean == 0)
  }
}
