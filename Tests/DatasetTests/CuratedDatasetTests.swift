import Classification
import Foundation
import Testing

@testable import Dataset

@Suite struct CuratedDatasetTests {
  @Test func whatMisleadsIsLeftOutAndListed() throws {
    let standard = try FashionMNIST()
    let known = Array(standard.training.image(at: 0))
    let test = Array(standard.test.image(at: 0))
    let (bag, coat) = ("Bag", "Coat")
    var pictures = (0..<20).map { picture($0, coat) } + (20..<30).map { picture($0, bag) }
    pictures += [picture(3, coat), picture(4, bag)]
    pictures += [("test", coat, test), ("known", coat, known)]
    let curated = CuratedDataset(
      try UserDataset(kind: .folders, pictures: pictures), standard: standard)
    let inspection = curated.inspection
    #expect(inspection.pictures == 34)
    #expect(inspection.duplicates == 2)
    #expect(inspection.contradictions.map { $0.map(\.label) } == [[coat, bag]])
    #expect(inspection.testOverlap == ["test"])
    #expect(inspection.trainingOverlap == 1)
    #expect(inspection.classes.map(\.usable) == [20, 10])
    #expect(inspection.imbalance == 2)
    #expect(!inspection.isImbalanced)
    #expect(curated.usable.count == 30)
    // Each picture is in one part, the contradiction and the test picture in none.
    let used = (0..<30).map { Array(curated.usable.image(at: $0)) }
    #expect(Set(used).count == 30)
    #expect(!used.contains(pixels(4)))
    #expect(!used.contains(test))
    #expect(PictureSet(curated.training).contains(known[...]))
    #expect(throws: DatasetError.self) { try curated.check(strict: true) }
    try curated.check()
  }

  @Test func picturesOfTheStandardSetMayHaveOtherClasses() throws {
    let standard = try FashionMNIST()
    let test = Array(standard.test.image(at: 0))
    let pictures = (0..<20).map { picture($0, $0 % 2 == 0 ? "boot" : "sandal") }
    let curated = CuratedDataset(
      try UserDataset(kind: .folders, pictures: pictures + [("test", "boot", test)]),
      standard: standard)
    #expect(curated.inspection.testOverlap == nil)
    #expect(PictureSet(curated.usable).contains(test[...]))
  }

  @Test func aPictureKeepsItsPartWhenTheSetGrows() throws {
    let small = CuratedDataset(try dataset(0..<60), standard: nil)
    let large = CuratedDataset(try dataset(0..<300), standard: nil)
    let (learned, judged) = (PictureSet(small.training), PictureSet(small.heldOut))
    #expect(PictureSet(large.training).count(in: small.training) == small.training.count)
    #expect((0..<large.heldOut.count).allSatisfy { !learned.contains(large.heldOut.image(at: $0)) })
    #expect(
      (0..<large.training.count).allSatisfy {
        !judged.contains(large.training.image(at: $0))
      })
    // About a fifth and a tenth.
    #expect((45...75).contains(large.heldOut.count))
    #expect((20...40).contains(large.validation.count))
    for row in large.inspection.classes {
      #expect(min(row.training, row.validation, row.heldOut) > 0)
    }
  }

  @Test func eachPartHasAPictureOfEachClass() throws {
    for seed in 0..<20 {
      let curated = CuratedDataset(try dataset(seed * 100..<seed * 100 + 6), standard: nil)
      #expect(curated.inspection.classes.allSatisfy { $0.usable == 3 })
      try curated.check()
    }
  }

  @Test func whatHasNoUsablePictureSaysSo() throws {
    let standard = try FashionMNIST()
    let pictures = (0..<4).map { index in
      (
        name: "\(index)", className: index < 2 ? "Ankle boot" : "Bag",
        pixels: Array(standard.test.image(at: index))
      )
    }
    let curated = CuratedDataset(
      try UserDataset(kind: .folders, pictures: pictures), standard: standard)
    #expect(throws: DatasetError.tooFewClasses(names: [])) { try curated.check() }
  }

  @Test func whatNothingCanBeLearnedFromSaysWhy() throws {
    let one = try UserDataset(kind: .folders, pictures: (0..<9).map { picture($0, "boot") })
    #expect(throws: DatasetError.tooFewClasses(names: ["boot"])) {
      try CuratedDataset(one, standard: nil).check()
    }
    let few = try UserDataset(
      kind: .folders, pictures: (0..<9).map { picture($0, "boot") } + [picture(9, "sandal")])
    #expect(throws: DatasetError.classTooSmall(name: "sandal", pictures: 1, needed: 3)) {
      try CuratedDataset(few, standard: nil).check()
    }
    let empty = try UserDataset(
      kind: .folders, pictures: (0..<9).map { picture($0, "boot") }, emptyClasses: ["sandal"])
    #expect(throws: DatasetError.classTooSmall(name: "sandal", pictures: 0, needed: 3)) {
      try CuratedDataset(empty, standard: nil).check()
    }
    #expect(throws: DatasetError.tooManyClasses(count: 257, limit: 256)) {
      try UserDataset(kind: .csv, pictures: (0..<257).map { picture(0, "class \($0)") })
    }
  }

  @Test func theStandardTrainingSetAloneLeavesNothingToJudgeBy() throws {
    let standard = try FashionMNIST()
    let images = standard.training
    let pictures = (0..<200).map { index in
      (
        name: "\(index).png", className: LabelSet.fashionMNIST.names[Int(images.labels[index])],
        pixels: Array(images.image(at: index))
      )
    }
    let dataset = try UserDataset(kind: .folders, pictures: pictures)
    #expect(dataset.hasStandardClasses)
    let curated = CuratedDataset(dataset, standard: standard)
    #expect(throws: DatasetError.nothingHeldOut(pictures: curated.usable.count)) {
      try curated.check(allowingEmptyClasses: true)
    }
    let alone = #expect(throws: DatasetError.self) { try curated.check() }
    #expect(alone?.description.contains("not of the standard training set") == true)
  }

  private func dataset(_ numbers: Range<Int>) throws -> UserDataset {
    try UserDataset(
      kind: .folders, pictures: numbers.map { picture($0, $0 % 2 == 0 ? "boot" : "sandal") })
  }

  private func picture(
    _ number: Int, _ label: String
  ) -> (name: String, className: String, pixels: [UInt8]) {
    ("\(label)/\(number).png", label, pixels(number))
  }
}

extension PictureSet {
  fileprivate func count(in images: LabelledImages) -> Int {
    (0..<images.count).count { contains(images.image(at: $0)) }
  }
}
