import Dataset
import Testing

@testable import Imaging

/// What loops over whole rows make of a part of a picture is what its definition says of each pixel.
@Suite struct MaskTests {
  private static let sizes = [(1, 1), (1, 9), (9, 1), (2, 3), (17, 33), (40, 28)]

  private static func masks(_ size: (Int, Int)) -> [Mask] {
    var generator = SeededGenerator(seed: 3)
    return [0.01, 0.1, 0.5, 0.95].map { share in
      Mask(
        width: size.0, height: size.1,
        contains: (0..<size.0 * size.1).map { _ in
          Double.random(in: 0..<1, using: &generator) < share
        })
    }
  }

  @Test(arguments: sizes, [0, 1, 4, 6])
  func dilationReachesAllThatAreNear(size: (Int, Int), steps: Int) {
    for mask in Self.masks(size) {
      let places = mask.contains.indices.filter { mask.contains[$0] }
      let expected = mask.contains.indices.map { index in
        places.contains { place in
          abs(place % size.0 - index % size.0) + abs(place / size.0 - index / size.0) <= steps
        }
      }
      #expect(mask.dilated(by: steps).contains == expected)
    }
  }

  @Test(arguments: sizes)
  func enclosedPixelsHaveThePartOnAllSides(size: (Int, Int)) {
    for mask in Self.masks(size) {
      let expected = mask.contains.indices.map { index in
        let (x, y) = (index % size.0, index / size.0)
        func isIn(_ xs: ClosedRange<Int>, _ ys: ClosedRange<Int>) -> Bool {
          ys.contains { y in xs.contains { mask.contains[y * size.0 + $0] } }
        }
        return isIn(0...x, y...y) && isIn(x...size.0 - 1, y...y) && isIn(x...x, 0...y)
          && isIn(x...x, y...size.1 - 1)
      }
      #expect(mask.withEnclosedPixels().contains == expected)
    }
  }

  @Test(arguments: sizes)
  func countsComplementsAndSubtracts(size: (Int, Int)) {
    let masks = Self.masks(size)
    for (mask, other) in zip(masks, masks.reversed()) {
      #expect(mask.count == mask.contains.count { $0 })
      #expect(mask.complement.contains == mask.contains.map { !$0 })
      #expect(
        mask.subtracting(other).contains == zip(mask.contains, other.contains).map { $0 && !$1 })
    }
  }

  @Test(arguments: sizes)
  func growsWhereItMay(size: (Int, Int)) {
    let masks = Self.masks(size)
    for (mask, walls) in zip(masks, masks.reversed()) {
      let grown = mask.grown { _, neighbour in !walls.contains[neighbour] }
      // What it started from, and all that hangs together with it.
      var expected = mask
      var next = mask
      repeat {
        expected = next
        let near = expected.dilated(by: 1)
        for index in next.contains.indices where near.contains[index] && !walls.contains[index] {
          next.contains[index] = true
        }
      } while next != expected
      #expect(grown == expected)
    }
  }

  @Test func theElementOfARankIsThatOfTheSortedArray() {
    var generator = SeededGenerator(seed: 5)
    for count in [1, 2, 3, 10, 257] {
      for bound in [1, 3, 1_000] {
        let numbers = (0..<count).map { _ in Float(Int.random(in: 0..<bound, using: &generator)) }
        let sorted = numbers.sorted()
        for rank in 0..<count { #expect(numbers.element(ofRank: rank) == sorted[rank]) }
      }
    }
  }
}
