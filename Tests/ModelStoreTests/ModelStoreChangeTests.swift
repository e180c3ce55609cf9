import Files
import Foundation
import ModelStore
import Testing

/// Promotions, rollbacks, removals and imports: what they leave, whenever they stop.
extension ModelStoreTests {
  @Test func rollingBackGoesThroughWhatWasServed() throws {
    try withStore { store in
      for (index, name) in ["a", "b", "c"].enumerated() {
        try makeVersion(name, created: 100 - Double(index), in: store)
      }
      #expect(throws: ModelStoreError.noPreviousVersion) { try store.rollBack() }
      // What was served before the first promotion is remembered too.
      for name in ["b", "c", "c"] { try store.promote(name) }
      #expect(try store.previous().name == "b")
      #expect(try store.rollBack().name == "b")
      #expect(try store.current().name == "b")
      #expect(try store.rollBack().name == "a")
      #expect(throws: ModelStoreError.noPreviousVersion) { try store.rollBack() }
      #expect(try store.current().name == "a")
    }
  }

  @Test func rollingBackPassesOverWhatWasRemoved() throws {
    try withStore { store in
      for (index, name) in ["a", "b", "c"].enumerated() {
        try makeVersion(name, created: 100 - Double(index), in: store)
      }
      for name in ["b", "c"] { try store.promote(name) }
      try store.remove("b")
      #expect(try store.rollBack().name == "a")
    }
  }

  @Test func versionsThatAreNeitherServedNorShippedCanBeRemoved() throws {
    try withStore { shipped in
      try makeVersion("shipped", created: 1, in: shipped)
      try withStore { own in
        let store = ModelStore(directory: own.directory, shipped: shipped.directory)
        try makeVersion("a", created: 3, in: store)
        let damaged = try makeVersion("b", created: 2, in: store)
        try Data("{".utf8).write(to: damaged.directory.appending(path: "manifest.json"))
        #expect(throws: ModelStoreError.versionServed(name: "a")) { try store.remove("a") }
        #expect(throws: ModelStoreError.versionShipped(name: "shipped")) {
          try store.remove("shipped")
        }
        #expect(throws: ModelStoreError.versionNotFound(name: "../b", available: ["a", "shipped"]))
        {
          try store.remove("../b")
        }
        try store.remove("b")
        #expect(try store.versions().map(\.name) == ["a", "shipped"])
        let left = try FileManager.default.contentsOfDirectory(atPath: store.directory.path)
        #expect(left.filter { !$0.hasPrefix(".lock") } == ["a"])
      }
    }
  }

  @Test func alteredVersionsAreNotPromoted() throws {
    try withStore { store in
      try makeVersion("a", created: 2, in: store)
      let version = try makeVersion("b", created: 1, in: store)
      let file = version.directory.appending(path: "model.onnx")
      try Data("grapf".utf8).write(to: file)
      #expect(throws: ModelStoreError.checksumMismatch(version: "b", file: "model.onnx")) {
        try store.promote("b")
      }
      try FileManager.default.removeItem(at: file)
      #expect(throws: ModelStoreError.formMissing(version: "b", file: "model.onnx")) {
        try store.promote("b")
      }
      #expect(try store.current().name == "a")
      #expect(store.pointerText == nil)
    }
  }

  @Test func damagedFoldersAreListedWithWhatIsWrong() throws {
    try withStore { store in
      try makeVersion("good", created: 2, in: store)
      let altered = try makeVersion("altered", created: 1, in: store)
      let file = altered.directory.appending(path: "model.onnx")
      try Data("grapf".utf8).write(to: file)
      try FileManager.default.createDirectory(
        at: store.directory.appending(path: "half"), withIntermediateDirectories: true)
      let entries = try store.entries()
      #expect(entries.map(\.name) == ["good", "altered", "half"])
      let integrity = ModelIntegrity()
      func defect(_ index: Int) throws -> ModelStoreError? {
        integrity.defect(of: try entries[index].version.get())
      }
      #expect(try defect(0) == nil)
      #expect(try defect(1) == .checksumMismatch(version: "altered", file: "model.onnx"))
      #expect(throws: ModelStoreError.unfinished(name: "half")) { try entries[2].version.get() }
      // Mended, it is read again.
      try FileManager.default.removeItem(at: file)
      try Data("graph".utf8).write(to: file)
      #expect(try defect(1) == nil)
    }
  }

  @Test func addedVersionsAppearWholeOrNotAtAll() throws {
    struct Stop: Error {}
    try withStore { store in
      let model = try makeVersion("model", created: 1, in: store)
      #expect(throws: Stop.self) {
        try store.add("new") { folder in
          try Data("half".utf8).write(to: folder.appending(path: "model.onnx"))
          #expect(try store.versions().map(\.name) == ["model"])
          throw Stop()
        }
      }
      #expect(try store.entries().map(\.name) == ["model"])
      for name in [
        "", "..", "a/b", ".hidden", "current", "rollback", "-x", String(repeating: "a", count: 65),
      ] {
        #expect(throws: ModelStoreError.nameUnusable(name: name)) { try store.add(name) { _ in } }
      }
      #expect(throws: ModelStoreError.nameTaken(name: "model")) { try store.add("model") { _ in } }
      let added = try store.add("new") { folder in
        try Data("graph".utf8).write(to: folder.appending(path: "model.onnx"))
        _ = try ModelVersion.finish(directory: folder, manifest: model.manifest)
      }
      #expect(try store.version(named: "new") == added)
      let names = try FileManager.default.contentsOfDirectory(atPath: store.directory.path)
      #expect(Set(names) == ["model", "new", ".lock"])
    }
  }

  /// A process that was killed leaves a folder that no listing shows, and that goes after a day.
  @Test func leftoversGo() throws {
    try withStore { store in
      try makeVersion("a", created: 1, in: store)
      for (name, age) in [(".new-old", 90_000.0), (".new-fresh", 60), (".removed-old", 90_000)] {
        let folder = store.directory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: folder.path)
      }
      #expect(try store.entries().map(\.name) == ["a"])
      #expect(throws: ModelStoreError.nameTaken(name: "a")) { try store.add("a") { _ in } }
      let names = try FileManager.default.contentsOfDirectory(atPath: store.directory.path)
      #expect(Set(names) == ["a", ".new-fresh"])
    }
  }

  @Test func processesChangeTheStoreInTurn() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let store = ModelStore(directory: directory)
    defer { try? FileManager.default.removeItem(at: directory) }
    let names = (0..<4).map { "v\($0)" }
    for name in names { try makeVersion(name, created: 1, in: store) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for first in names.indices {
        group.addTask {
          for step in 0..<25 { try store.promote(names[(first + step) % names.count]) }
        }
      }
      try await group.waitForAll()
    }
    // Each promotion saw the one before it: none is its own predecessor.
    let lines = try #require(store.pointerText).split(separator: "\n")
    #expect(lines.count == 21)
    #expect(zip(lines, lines.dropFirst()).allSatisfy { $0 != $1 })
  }
}
