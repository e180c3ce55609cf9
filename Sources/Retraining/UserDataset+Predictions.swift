import Classification
public import Dataset
public import Records

extension UserDataset {
  /// The stored predictions that somebody labelled, with the pictures that the model saw.
  ///
  /// - Throws: `RecordsError` when they cannot be read, or
  ///   `DatasetError/noPictures(source:unreadable:)` when there is none with a picture.
  public static func labelledPredictions(
    of store: any PredictionStore
  ) async throws -> UserDataset {
    var filter = PredictionFilter()
    filter.label = .labelled
    var pages = PredictionPages(of: store, matching: filter)
    var pictures: [(name: String, className: String, pixels: [UInt8])] = []
    var unreadable: [Unreadable] = []
    while let records = try await pages.next() {
      for record in records {
        try Task.checkCancellation()
        guard let label = record.trueLabel else { continue }
        if let picture = try await store.picture(id: record.id),
          picture.count == ImageTensor.elementCount
        {
          pictures.append((record.id, label, picture))
        } else {
          unreadable.append(.init(name: record.id, reason: "its picture was not kept"))
        }
      }
    }
    guard !pictures.isEmpty else {
      throw DatasetError.noLabels(withoutPicture: unreadable.count)
    }
    return try UserDataset(kind: .predictions, pictures: pictures, unreadable: unreadable)
  }
}
