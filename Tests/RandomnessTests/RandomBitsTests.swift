import Randomness
import Testing

@Suite struct RandomBitsTests {
  @Test func tasksAtTheSameTimeGetBitsOfTheirOwn() async {
    let words = await withTaskGroup(of: [UInt64].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var generator = RandomBits()
          return (0..<1_000).map { _ in generator.next() }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    // Of 8,000 random words two are equal once in 10^12 times.
    #expect(Set(words).count == 8_000)
  }

  @Test func allBitsAreUsed() {
    var generator = RandomBits()
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<1_000 {
      let word = generator.next()
      for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { counts[bit] += 1 }
    }
    // Twelve standard deviations from the mean.
    #expect(counts.allSatisfy { (310...690).contains($0) })
  }
}
