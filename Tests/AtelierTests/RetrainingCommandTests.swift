import Classification
import Dataset
import Foundation
import Imaging
import Testing

@Suite struct RetrainingCommandTests {
  /// Writes pictures of two kinds of shoes into folders with names of the user's own.
  ///
  /// - Parameter change: What is written of a picture of the standard set.
  private static func writeShoes(
    _ count: Int, to directory: URL, changing change: (ImageTensor) -> ImageTensor
  ) throws {
    let images = try FashionMNIST().training
    for (name, label) in [("flat", UInt8(5)), ("high", 9)] {
      let folder = directory.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for index in (0..<2_000).filter({ images.labels[$0] == label }).prefix(count) {
        try Data(change(images.tensor(at: index)).pngData())
          .write(to: folder.appending(path: "\(index).png"))
      }
    }
  }

  @Test func aDataSetIsInspectedConvertedAndTrainedOn() async throws {
    try await withTemporaryDirectory { directory in
      let pictures = directory.appending(path: "pictures")
      try Self.writeShoes(120, to: pictures) { $0.mirrored }
      try Data("no picture".utf8).write(to: pictures.appending(path: "flat/notes.png"))
      try await Self.checkInspection(of: pictures)
      let idx = directory.appending(path: "idx")
      let converted = try await Program.run(
        "dataset", "convert", pictures.path, "--output", idx.path)
      #expect(converted.status == 0, "\(converted.errors)")

      let home = directory.appending(path: "home")
      try await Self.trainShoes(on: idx, in: home)
      try await Self.checkThatCommandsKnowShoes(pictures: pictures, idx: idx, in: home)
      try await Self.compareShoesWithASecondRun(on: idx, in: home)
    }
  }

  private static func checkInspection(of pictures: URL) async throws {
    let inspected = try await Program.run("dataset", "inspect", pictures.path, "--json")
    #expect(inspected.status == 0, "\(inspected.errors)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(inspected.output.utf8)) as? [String: Any])
    #expect(report["kind"] as? String == "folders")
    #expect((report["unreadable"] as? [Any])?.count == 1)
    #expect((report["classes"] as? [[String: Any]])?.map { $0["usable"] as? Int } == [120, 120])
  }

  /// Trains the version `shoes`.
  private static func trainShoes(on idx: URL, in home: URL) async throws {
    let trained = try await Program.run(
      "train", "--dataset", idx.path, "--epochs", "20", "--output",
      home.appending(path: "models/shoes").path, "--json", environment: ["ATELIER_HOME": home.path])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("other classes"))
    #expect(trained.errors.contains("atelier models promote shoes"))
    let manifest = try #require(
      try JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any])
    #expect(manifest["labels"] as? [String] == ["flat", "high"])
    let metrics = try #require(manifest["metrics"] as? [String: [String: Any]])
    #expect((metrics["held-out"]?["accuracy"] as? NSNumber)?.doubleValue ?? 0 > 0.8)
  }

  /// Every command follows the version's classes.
  private static func checkThatCommandsKnowShoes(
    pictures: URL, idx: URL, in home: URL
  ) async throws {
    let environment = ["ATELIER_HOME": home.path]
    let picture = try #require(
      try FileManager.default.contentsOfDirectory(atPath: pictures.path + "/high").first)
    let classified = try await Program.run(
      "classify", "--model", "shoes", "--json", pictures.path + "/high/" + picture,
      environment: environment)
    #expect(classified.status == 0, "\(classified.errors)")
    #expect(classified.output.contains(#""high""#))
    let evaluated = try await Program.run(
      "evaluate", "--model", "shoes", "--dataset", idx.path, "--json", environment: environment)
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    #expect(evaluated.output.contains(#""flat""#))
  }

  /// A second run on the same data can be compared with the first.
  private static func compareShoesWithASecondRun(on idx: URL, in home: URL) async throws {
    let environment = ["ATELIER_HOME": home.path]
    let promoted = try await Program.run("models", "promote", "shoes", environment: environment)
    #expect(promoted.status == 0, "\(promoted.errors)")
    let again = try await Program.run(
      "train", "--dataset", idx.path, "--epochs", "1", "--output",
      home.appending(path: "models/shoes-2").path, environment: environment)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("McNemar"))
    let compared = try await Program.run(
      "models", "compare", "shoes", "shoes-2", "--dataset", idx.path, "--json",
      environment: environment)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.output.contains("p_value_worse"))
    let other = try await Program.run(
      "models", "compare", "shoes", "fashion-lite-20261126", environment: environment)
    #expect(other.status == 64)
  }

  /// Two versions a day need no names.
  @Test func aSecondVersionOfADayHasAFolderOfItsOwn() async throws {
    try await withTemporaryDirectory { directory in
      let pictures = directory.appending(path: "pictures")
      try Self.writeShoes(40, to: pictures) { $0 }
      // Pictures of the standard set under other names are pictures like any other.
      let inspected = try await Program.run("dataset", "inspect", pictures.path, "--json")
      #expect(inspected.output.contains(#""test_overlap""#) == false)
      let home = directory.appending(path: "home")
      for _ in 0..<2 {
        let trained = try await Program.run(
          "train", "--dataset", pictures.path, "--from", "scratch", "--epochs", "1",
          environment: ["ATELIER_HOME": home.path])
        #expect(trained.status == 0, "\(trained.errors)")
      }
      let names = try FileManager.default.contentsOfDirectory(
        atPath: home.appending(path: "models").path
      ).filter { $0.hasPrefix("retrained-") }.sorted()
      #expect(names.count == 2)
      #expect(names.last == names.first.map { $0 + "-2" })
    }
  }

  @Test(arguments: [
    (["train", "--dataset", "x", "--promote", "always", "--output", "/tmp/x"], 64, "model store"),
    (["train", "--dataset", "x", "--mix", "both"], 64, "--mix"),
    (["train", "--dataset", "/nonexistent/x.zip"], 1, "/nonexistent/x.zip"),
    (["dataset", "convert", "a"], 64, "--output"),
    (["dataset", "inspect", "/nonexistent"], 1, "/nonexistent"),
  ])
  func misuseSaysWhy(arguments: [String], status: Int, mention: String) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(mention))
  }
}
