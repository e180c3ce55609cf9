import Testing

@testable import Records

/// What stores promise, whichever database they keep predictions in.
@Suite(.serialized, .timeLimit(.minutes(15))) struct StoreConformanceTests {
  @Test(
    arguments: StoreFixture.Form.allCases,
    [
      PredictionStoreConformance.returnsWhatWasInserted, PredictionStoreConformance.keepsAnyText,
      PredictionStoreConformance.countsByEngineAndClass,
      PredictionStoreConformance.storesAllThatArriveTogether,
      PredictionStoreConformance.refusesADuplicateAlone,
      PredictionStoreConformance.storesAGroupButForWhatIsThere,
      PredictionStoreConformance.refusesWorkOnceClosed,
    ])
  func keepsPredictions(
    form: StoreFixture.Form,
    check: @Sendable (PredictionStoreConformance) -> () async throws -> Void
  ) async throws {
    let fixture = try StoreFixture(form)
    try await check(PredictionStoreConformance(store: fixture.store))()
  }

  @Test(
    arguments: StoreFixture.Form.allCases,
    [
      HistoryConformance.filtersAsAnArrayDoes, HistoryConformance.filtersManyFacets,
      HistoryConformance.pagesWhileOthersInsert, HistoryConformance.looksForARareName,
      HistoryConformance.keepsLabels, HistoryConformance.keepsPictures,
    ])
  func keepsAHistory(
    form: StoreFixture.Form, check: @Sendable (HistoryConformance) -> () async throws -> Void
  ) async throws {
    let fixture = try StoreFixture(form)
    try await check(HistoryConformance(store: fixture.store))()
  }

  @Test(
    arguments: StoreFixture.Form.allCases,
    [
      ZoneConformance.filtersAsAnArrayDoes, ZoneConformance.missesNothingThatIsStoredMeanwhile,
      ZoneConformance.removesZonesWithTheirPredictions,
      ZoneConformance.givesUpFacetsThatChangeTooOften,
    ])
  func sumsUpZones(
    form: StoreFixture.Form, check: @Sendable (ZoneConformance) -> () async throws -> Void
  ) async throws {
    let fixture = try StoreFixture(form)
    try await check(ZoneConformance(store: fixture.store))()
  }

  @Test(arguments: StoreFixture.Form.allCases, TallySpan.allCases)
  func talliesAsAnArrayDoes(form: StoreFixture.Form, span: TallySpan) async throws {
    let fixture = try StoreFixture(form)
    try await TallyConformance(store: fixture.store).countsAsAnArrayDoes(span)
  }

  @Test(
    arguments: StoreFixture.Form.allCases,
    [
      RetentionConformance.removesWhatIsOlderAndCountsTheRest,
      RetentionConformance.othersInsertWhileItRemoves, RetentionConformance.stopsWhenItIsCancelled,
    ])
  func removesWhatIsOld(
    form: StoreFixture.Form, check: @Sendable (RetentionConformance) -> () async throws -> Void
  ) async throws {
    try await check(RetentionConformance(fixture: StoreFixture(form)))()
  }
}
