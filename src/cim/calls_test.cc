#include "cim/calls.h"

#include <gtest/gtest.h>

#include <atomic>

#include "cim/testing/fake_services.h"

namespace cim {
namespace {

using testing::FakeServices;
using testing::RecordingSink;
using testing::Script;

constexpr std::uint32_t kImmediate = flag::kReturnImmediately;
constexpr std::uint32_t kForward = flag::kReturnImmediately | flag::kForwardOnly;

ClassPtr row_class() {
  static const ClassPtr cls = [] {
    ClassBuilder builder("Row");
    EXPECT_TRUE(builder.put_property("Id", {CimType::kUint32}).ok());
    EXPECT_TRUE(builder.put_property("Filler", {CimType::kString}).ok());
    EXPECT_TRUE(builder.put_property_qualifier("Id", Qualifier{"key", {CimType::kBoolean}, Value::boolean(true), 0}).ok());
    return *builder.build();
  }();
  return cls;
}

Instance row(std::uint32_t id, std::size_t filler = 0) {
  InstanceBuilder builder(row_class());
  EXPECT_TRUE(builder.set("Id", Value::uint(id)).ok());
  EXPECT_TRUE(builder.set("Filler", filler == 0 ? Value() : Value::text(std::string(filler, 'x'))).ok());
  return builder.build(true);
}

/// Rows first, first+1, ...
Batch rows(std::uint32_t first, std::uint32_t count, std::size_t filler = 0) {
  BatchBuilder builder;
  for (std::uint32_t i = 0; i < count; ++i) builder.add(Object(row(first + i, filler)));
  return builder.take();
}

std::vector<Batch> batches(std::uint32_t count, std::uint32_t rows_each, std::size_t filler = 0) {
  std::vector<Batch> out;
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(rows(i * rows_each, rows_each, filler));
  return out;
}

std::uint64_t id_of(const Object& object) { return object.get("Id")->as_uint().value(); }

ObjectPtr extended_status(const std::string& description) {
  ClassBuilder builder("__ExtendedStatus");
  EXPECT_TRUE(builder.put_property("Description", {CimType::kString}).ok());
  InstanceBuilder instance(*builder.build());
  EXPECT_TRUE(instance.set("Description", Value::text(description)).ok());
  return std::make_shared<const Object>(instance.build());
}

EnumeratorPtr query(const std::shared_ptr<FakeServices>& services, std::uint32_t flags) {
  auto result = ExecQuery(services, "WQL", "SELECT * FROM Row", flags);
  EXPECT_TRUE(result.has_value());
  return *result;
}

/// All rows until something but S_NO_ERROR comes; checks that the identifiers count up from `first`.
base::Status drain(Enumerator& rows, std::uint32_t chunk, std::uint64_t first, std::uint64_t& count) {
  for (count = 0;;) {
    std::vector<Object> out;
    base::Status status = rows.Next(kInfinite, chunk, out);
    for (const Object& object : out) EXPECT_EQ(id_of(object), first + count++);
    if (status.code() != WBEM_S_NO_ERROR) return status;
  }
}

TEST(SyncCalls, GetObjectWaitsForItsObject) {
  for (const bool thread : {false, true}) {
    FakeServices services({.batches = {rows(7, 1)}, .on_thread = thread});
    const auto object = GetObject(services, "Row=7", flag::kUseAmendedQualifiers);
    ASSERT_TRUE(object.has_value());
    EXPECT_EQ(id_of(*object), 7U);
    ASSERT_EQ(services.calls().size(), 1U);
    EXPECT_EQ(services.calls()[0].text, "Row=7");
    EXPECT_EQ(services.calls()[0].options.flags, flag::kUseAmendedQualifiers);
    EXPECT_TRUE(services.calls()[0].options.caller_waits);
  }
}

TEST(SyncCalls, FailuresCarryTheDescription) {
  FakeServices services({.end = WBEM_E_NOT_FOUND, .error = extended_status("no Row 7 here")});
  const auto object = GetObject(services, "Row=7");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(object.error().text(), "no Row 7 here");
  services.set_script({.start = base::Status(WBEM_E_INVALID_OBJECT_PATH, "bad")});
  EXPECT_EQ(DeleteInstance(services, "x y").text(), "bad");
  services.set_script({});
  EXPECT_EQ(GetObject(services, "Row=7").error().code(), WBEM_E_UNEXPECTED);
}

TEST(SyncCalls, FlagsAreCheckedAgainstTheSynchronousLists) {
  FakeServices services;
  EXPECT_EQ(GetObject(services, "x", flag::kReturnImmediately).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(GetObject(services, "x", flag::kSendStatus).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(DeleteClass(services, "x", flag::kUseAmendedQualifiers).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(PutClass(services, row_class(), 0x60).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_TRUE(services.calls().empty());
  EXPECT_TRUE(PutClass(services, row_class(), flag::kUpdateSafeMode).has_value());
  EXPECT_EQ(services.calls()[0].options.flags, flag::kUpdateSafeMode);
}

TEST(SyncCalls, PutsGiveThePathAndMethodsTheirOutParameters) {
  FakeServices services({.text = "\\\\H\\root:Row=1"});
  EXPECT_EQ(*PutInstance(services, row(1)), "\\\\H\\root:Row=1");
  EXPECT_EQ(*PutClass(services, row_class()), "\\\\H\\root:Row=1");
  EXPECT_TRUE(DeleteClass(services, "Row").ok());
  EXPECT_FALSE(ExecMethod(services, "Row", "Do", std::nullopt)->has_value());
  services.set_script({.batches = {rows(3, 1)}});
  EXPECT_EQ(ExecMethod(services, "Row", "Do", std::nullopt)->value().value("Id"), Value::uint(3));
  EXPECT_EQ(services.calls().back().text2, "Do");
}

TEST(SyncCalls, OpenNamespace) {
  const auto opened = std::make_shared<FakeServices>();
  FakeServices services({.opened = opened});
  EXPECT_EQ(*OpenNamespace(services, "x"), opened);
  services.set_script({.end = base::Status(WBEM_E_INVALID_NAMESPACE, "none")});
  EXPECT_EQ(OpenNamespace(services, "x").error().text(), "none");
}

TEST(CallResult, PollsUntilTheEnd) {
  const auto services =
      std::make_shared<FakeServices>(Script{.batches = {rows(7, 1)}, .on_thread = true, .pause = std::chrono::milliseconds(50)});
  const auto call = GetObjectSemi(services, "Row=7", kImmediate, {});
  ASSERT_TRUE(call.has_value());
  EXPECT_FALSE(services->calls()[0].options.caller_waits);
  EXPECT_EQ(services->calls()[0].options.flags, 0U);
  base::Status status;
  EXPECT_EQ((*call)->GetCallStatus(0, &status).code(), WBEM_S_TIMEDOUT);
  ObjectPtr object;
  EXPECT_EQ((*call)->GetResultObject(1, &object).code(), WBEM_S_TIMEDOUT);
  EXPECT_EQ(object, nullptr);
  EXPECT_EQ((*call)->GetResultObject(kInfinite, &object).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(id_of(*object), 7U);
  EXPECT_EQ((*call)->GetResultObject(0, &object).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ((*call)->GetCallStatus(0, &status).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(status.code(), WBEM_S_NO_ERROR);
  std::string text;
  EXPECT_EQ((*call)->GetResultString(0, &text).code(), WBEM_E_INVALID_OPERATION);
  ServicesPtr opened;
  EXPECT_EQ((*call)->GetResultServices(0, &opened).code(), WBEM_E_INVALID_OPERATION);
  EXPECT_EQ((*call)->GetResultObject(0, nullptr).code(), WBEM_E_INVALID_PARAMETER);
}

TEST(CallResult, FailuresAndOtherResults) {
  const auto services = std::make_shared<FakeServices>(Script{.end = WBEM_E_ACCESS_DENIED, .error = extended_status("no")});
  const auto failed = PutInstanceSemi(services, row(1), kImmediate, {});
  base::Status status;
  EXPECT_TRUE((*failed)->GetCallStatus(kInfinite, &status).ok());
  EXPECT_EQ(status.code(), WBEM_E_ACCESS_DENIED);
  std::string text;
  EXPECT_EQ((*failed)->GetResultString(0, &text).code(), WBEM_E_ACCESS_DENIED);
  EXPECT_NE((*failed)->error_object(), nullptr);

  services->set_script({.text = "path"});
  EXPECT_TRUE((*PutInstanceSemi(services, row(1), kImmediate, {}))->GetResultString(0, &text).ok());
  EXPECT_EQ(text, "path");
  services->set_script({.opened = services});
  ServicesPtr opened;
  const auto open = OpenNamespaceSemi(services, "x", 0, {});
  EXPECT_TRUE((*open)->GetResultServices(kInfinite, &opened).ok());
  EXPECT_EQ(opened, services);
  opened.reset();
  services->set_script({.start = WBEM_E_INVALID_PARAMETER});
  EXPECT_EQ(DeleteClassSemi(services, "x", kImmediate, {}).error().code(), WBEM_E_INVALID_PARAMETER);
  services->set_script({});
}

TEST(Enumerator, DeliversRowsInOrderInEveryMode) {
  for (const std::uint32_t flags : {0U, kImmediate, flag::kForwardOnly, kForward}) {
    for (const bool thread : {false, true}) {
      const auto services = std::make_shared<FakeServices>(Script{.batches = batches(5, 100), .on_thread = thread});
      const EnumeratorPtr rows = query(services, flags);
      std::uint64_t count = 0;
      EXPECT_EQ(drain(*rows, 7, 0, count).code(), WBEM_S_FALSE);
      EXPECT_EQ(count, 500U);
      EXPECT_EQ(services->calls()[0].options.flags, 0U);
      EXPECT_EQ(services->calls()[0].options.caller_waits, (flags & kImmediate) == 0);
      EXPECT_EQ(services->calls()[0].options.reader_paced, flags == kForward);
      std::vector<Object> more;
      EXPECT_EQ(rows->Next(0, 1, more).code(), WBEM_S_FALSE);
      EXPECT_TRUE(more.empty());
    }
  }
}

TEST(Enumerator, ExactCountIsNoShortfall) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 10)});
  const EnumeratorPtr rows = query(services, kImmediate);
  std::vector<Object> out;
  EXPECT_EQ(rows->Next(0, 10, out).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(rows->Next(0, 0, out).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(rows->Next(0, 1, out).code(), WBEM_S_FALSE);
  EXPECT_EQ(out.size(), 10U);
}

TEST(Enumerator, SynchronousFormReturnsTheFailure) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 3), .end = WBEM_E_PROVIDER_FAILURE, .on_thread = true});
  EXPECT_EQ(ExecQuery(services, "WQL", "q").error().code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(CreateInstanceEnum(services, "Row").error().code(), WBEM_E_PROVIDER_FAILURE);
  services->set_script({.start = WBEM_E_INVALID_CLASS});
  EXPECT_EQ(CreateInstanceEnum(services, "Row", kImmediate).error().code(), WBEM_E_INVALID_CLASS);
  EXPECT_EQ(CreateClassEnum(services, "Row", flag::kDirectRead).error().code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(ExecNotificationQuery(services, "WQL", "q", kImmediate).error().code(), WBEM_E_INVALID_PARAMETER);
}

TEST(Enumerator, FailureComesAfterTheRowsBeforeIt) {
  const auto services = std::make_shared<FakeServices>(
      Script{.batches = batches(1, 3), .end = WBEM_E_PROVIDER_FAILURE, .error = extended_status("the disk is gone")});
  const EnumeratorPtr rows = query(services, kImmediate);
  std::vector<Object> out;
  EXPECT_EQ(rows->Next(kInfinite, 2, out).code(), WBEM_S_NO_ERROR);
  const base::Status status = rows->Next(kInfinite, 2, out);
  EXPECT_EQ(status.code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(status.text(), "the disk is gone");
  EXPECT_EQ(out.size(), 3U);
  EXPECT_EQ(rows->Next(kInfinite, 2, out).code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(rows->Skip(kInfinite, 2).code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_EQ(rows->Clone().error().code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_NE(rows->error_object(), nullptr);
}

TEST(Enumerator, TimesOutWithWhatIsThere) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 3), .ends = false});
  const EnumeratorPtr rows = query(services, kImmediate);
  std::vector<Object> out;
  EXPECT_EQ(rows->Next(0, 10, out).code(), WBEM_S_TIMEDOUT);
  EXPECT_EQ(out.size(), 3U);
  EXPECT_EQ(rows->Next(20, 10, out).code(), WBEM_S_TIMEDOUT);
  EXPECT_EQ(rows->Skip(20, 1).code(), WBEM_S_TIMEDOUT);
  EXPECT_EQ(out.size(), 3U);
}

TEST(Enumerator, ResetSkipAndClone) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(4, 5)});
  const EnumeratorPtr rows = query(services, kImmediate);
  EXPECT_EQ(rows->Skip(kInfinite, 7).code(), WBEM_S_NO_ERROR);
  const auto clone = rows->Clone();
  ASSERT_TRUE(clone.has_value());
  std::uint64_t count = 0;
  EXPECT_EQ(drain(*rows, 3, 7, count).code(), WBEM_S_FALSE);
  EXPECT_EQ(count, 13U);
  EXPECT_EQ(drain(**clone, 4, 7, count).code(), WBEM_S_FALSE);
  EXPECT_EQ(count, 13U);
  EXPECT_TRUE(rows->Reset().ok());
  EXPECT_EQ(drain(*rows, 100, 0, count).code(), WBEM_S_FALSE);
  EXPECT_EQ(count, 20U);
  EXPECT_EQ(rows->Skip(kInfinite, 1).code(), WBEM_S_FALSE);
}

TEST(Enumerator, ForwardOnlyNeitherResetsNorClones) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 1)});
  const EnumeratorPtr rows = query(services, kForward);
  EXPECT_EQ(rows->Reset().code(), WBEM_E_INVALID_OPERATION);
  EXPECT_EQ(rows->Clone().error().code(), WBEM_E_INVALID_OPERATION);
}

TEST(Enumerator, ForwardOnlyHoldsTheProducerBack) {
  for (const bool thread : {false, true}) {
    const auto services = std::make_shared<FakeServices>(Script{.batches = batches(60, 1000), .on_thread = thread});
    const EnumeratorPtr rows = query(services, kForward);
    while (services->waiting() == 0) std::this_thread::yield();
    EXPECT_EQ(services->indicated(), 11);  // the one that goes over the limit is kept
    std::vector<Object> out;
    EXPECT_EQ(rows->Next(kInfinite, 5000, out).code(), WBEM_S_NO_ERROR);
    EXPECT_EQ(services->indicated(), 11);  // more than half is left
    EXPECT_EQ(rows->Next(kInfinite, 1000, out).code(), WBEM_S_NO_ERROR);
    EXPECT_GT(services->indicated(), 11);
    std::uint64_t count = 0;
    EXPECT_EQ(drain(*rows, 999, 6000, count).code(), WBEM_S_FALSE);
    EXPECT_EQ(count, 54'000U);
    EXPECT_GT(services->deferrals(), 1);
  }
}

TEST(Enumerator, ForwardOnlyCountsOctetsToo) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(10, 1, 1'000'000)});
  const EnumeratorPtr rows = query(services, kForward);
  EXPECT_EQ(services->indicated(), 5);
  std::uint64_t count = 0;
  EXPECT_EQ(drain(*rows, 1, 0, count).code(), WBEM_S_FALSE);
  EXPECT_EQ(count, 10U);
}

TEST(Enumerator, OneNextLargerThanTheBuffer) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(40, 1000), .on_thread = true});
  const EnumeratorPtr rows = query(services, kForward);
  std::vector<Object> out;
  EXPECT_EQ(rows->Next(kInfinite, 35'000, out).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(out.size(), 35'000U);
}

TEST(Enumerator, LastOneCancelsTheOperation) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 3), .ends = false});
  EnumeratorPtr rows = query(services, kImmediate);
  EnumeratorPtr clone = *rows->Clone();
  rows.reset();
  EXPECT_EQ(services->cancellations(), 0);
  clone.reset();
  EXPECT_EQ(services->cancellations(), 1);
  EXPECT_EQ(services->ended(), 1);
}

TEST(Enumerator, CancelsAProducerThatIsHeldBack) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(30, 1000), .on_thread = true});
  EnumeratorPtr rows = query(services, kForward);
  while (services->waiting() == 0) std::this_thread::yield();
  rows.reset();
  services->join();
  EXPECT_EQ(services->waiting(), 0);
  EXPECT_EQ(services->ended(), 1);
  EXPECT_EQ(services->indicated(), 11);
}

TEST(Enumerator, FinishedOperationsAreNotCancelled) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 3)});
  query(services, kImmediate).reset();
  EXPECT_EQ(services->cancellations(), 0);
}

TEST(NextAsync, ServesRequestsInOrder) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(3, 10)});
  const EnumeratorPtr rows = query(services, kImmediate);
  const auto first = std::make_shared<RecordingSink>();
  const auto second = std::make_shared<RecordingSink>();
  const auto third = std::make_shared<RecordingSink>();
  EXPECT_EQ(rows->NextAsync(0, first).code(), WBEM_S_FALSE);
  EXPECT_TRUE(first->statuses().empty());
  EXPECT_EQ(rows->NextAsync(1, nullptr).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(rows->NextAsync(25, first).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(rows->NextAsync(25, second).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(rows->NextAsync(25, third).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(first->code(), WBEM_S_NO_ERROR);
  ASSERT_EQ(first->batches().size(), 1U);
  EXPECT_EQ(first->batches()[0].size(), 25U);
  EXPECT_EQ(id_of(first->batches()[0].object(24)), 24U);
  EXPECT_EQ(second->code(), WBEM_S_FALSE);
  EXPECT_EQ(second->rows(), 5U);
  EXPECT_EQ(third->code(), WBEM_S_FALSE);
  EXPECT_TRUE(third->batches().empty());
  EXPECT_EQ(first->faults() + second->faults() + third->faults(), 0);
}

TEST(NextAsync, WaitsForRowsAndForAnswers) {
  const auto services =
      std::make_shared<FakeServices>(Script{.batches = batches(4, 10), .on_thread = true, .pause = std::chrono::milliseconds(5)});
  const EnumeratorPtr rows = query(services, kImmediate);
  const auto slow = std::make_shared<RecordingSink>(true);
  const auto next = std::make_shared<RecordingSink>();
  ASSERT_TRUE(rows->NextAsync(20, slow).ok());
  ASSERT_TRUE(rows->NextAsync(30, next).ok());
  ASSERT_TRUE(slow->wait_for_batches(1));
  services->join();
  EXPECT_TRUE(slow->statuses().empty());
  EXPECT_TRUE(next->statuses().empty());
  std::vector<Object> out;
  EXPECT_EQ(rows->Next(10, 1, out).code(), WBEM_S_TIMEDOUT);  // its turn has not come
  EXPECT_TRUE(slow->answer());
  EXPECT_EQ(slow->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(next->code(), WBEM_S_FALSE);
  EXPECT_EQ(next->rows(), 20U);
  EXPECT_EQ(rows->Next(kInfinite, 1, out).code(), WBEM_S_FALSE);
}

TEST(NextAsync, FailureOfTheOperationAndOfTheSink) {
  const auto services =
      std::make_shared<FakeServices>(Script{.batches = batches(1, 3), .end = WBEM_E_PROVIDER_FAILURE, .error = extended_status("gone")});
  const EnumeratorPtr rows = query(services, kImmediate);
  const auto failing = std::make_shared<RecordingSink>(false, WBEM_E_FAILED);
  const auto next = std::make_shared<RecordingSink>();
  const auto last = std::make_shared<RecordingSink>();
  ASSERT_TRUE(rows->NextAsync(1, failing).ok());
  EXPECT_EQ(failing->code(), WBEM_E_CALL_CANCELLED);
  ASSERT_TRUE(rows->NextAsync(5, next).ok());
  EXPECT_EQ(next->rows(), 2U);
  EXPECT_EQ(next->code(), WBEM_E_PROVIDER_FAILURE);
  EXPECT_NE(next->statuses().back().error, nullptr);
  ASSERT_TRUE(rows->NextAsync(5, last).ok());
  EXPECT_EQ(last->code(), WBEM_E_PROVIDER_FAILURE);
}

TEST(NextAsync, LargerThanTheBuffer) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(40, 1000), .on_thread = true});
  const EnumeratorPtr rows = query(services, kForward);
  const auto sink = std::make_shared<RecordingSink>();
  ASSERT_TRUE(rows->NextAsync(35'000, sink).ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->rows(), 35'000U);
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->faults(), 0);
}

TEST(NextAsync, RequestsEndWithTheirEnumerator) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(1, 3), .ends = false});
  EnumeratorPtr rows = query(services, kImmediate);
  const auto first = std::make_shared<RecordingSink>(true);
  const auto second = std::make_shared<RecordingSink>();
  ASSERT_TRUE(rows->NextAsync(3, first).ok());
  ASSERT_TRUE(rows->NextAsync(3, second).ok());
  rows.reset();
  EXPECT_EQ(services->cancellations(), 1);
  EXPECT_TRUE(first->statuses().empty());  // its callback is still outstanding
  EXPECT_TRUE(first->answer());
  EXPECT_EQ(first->code(), WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(second->code(), WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(first->faults() + second->faults(), 0);
}

TEST(NextAsync, QueueIsBounded) {
  const auto services = std::make_shared<FakeServices>(Script{.ends = false});
  const EnumeratorPtr rows = query(services, kImmediate);
  const auto sink = std::make_shared<RecordingSink>();
  for (std::size_t i = 0; i < kMaxQueuedRequests; ++i) ASSERT_TRUE(rows->NextAsync(1, sink).ok());
  EXPECT_EQ(rows->NextAsync(1, sink).code(), WBEM_E_SERVER_TOO_BUSY);
}

/// Asks for the next rows in its final status, as scripts do, and lets go of the enumerator at the end.
class ChainSink final : public Sink, public std::enable_shared_from_this<ChainSink> {
 public:
  explicit ChainSink(EnumeratorPtr rows) : rows_(std::move(rows)) {}
  base::Hresult Indicate(const Batch& batch, CallbackScope&) override {
    count_ += batch.size();
    return WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const SinkStatus& status, CallbackScope&) override {
    if (status.code == WBEM_S_NO_ERROR) return rows_->NextAsync(10, shared_from_this()).code();
    rows_.reset();
    done_ = true;
    return WBEM_S_NO_ERROR;
  }
  std::atomic<std::size_t> count_ = 0;
  std::atomic<bool> done_ = false;

 private:
  EnumeratorPtr rows_;
};

TEST(NextAsync, MayBeAskedForFromItsOwnStatus) {
  for (const std::uint32_t flags : {kImmediate, kForward}) {
    const auto services = std::make_shared<FakeServices>(Script{.batches = batches(300, 100), .on_thread = true});
    EnumeratorPtr rows = query(services, flags);
    const auto sink = std::make_shared<ChainSink>(rows);
    ASSERT_TRUE(rows->NextAsync(10, sink).ok());
    rows.reset();
    services->join();
    while (!sink->done_) std::this_thread::yield();
    EXPECT_EQ(sink->count_, 30'000U);
  }
}

TEST(Enumerator, ManyReadersOfOneResult) {
  const auto services = std::make_shared<FakeServices>(Script{.batches = batches(100, 50), .on_thread = true});
  const EnumeratorPtr rows = query(services, kImmediate);
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> shared = 0;
  std::vector<EnumeratorPtr> clones;
  for (int i = 0; i < 4; ++i) clones.push_back(*rows->Clone());
  for (const EnumeratorPtr& clone : clones) {
    threads.emplace_back([&clone] {
      std::uint64_t count = 0;
      EXPECT_EQ(drain(*clone, 13, 0, count).code(), WBEM_S_FALSE);
      EXPECT_EQ(count, 5000U);
    });
    threads.emplace_back([&] {
      std::vector<Object> out;
      while (rows->Next(kInfinite, 7, out).code() == WBEM_S_NO_ERROR) {
      }
      shared += out.size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared, 5000U);
}

TEST(Enumerator, DroppedAtAnyMoment) {
  const std::vector<Batch> made = batches(12, 1000);
  for (int i = 0; i < 200; ++i) {
    const auto services = std::make_shared<FakeServices>(Script{.batches = made, .on_thread = true});
    EnumeratorPtr rows = query(services, kForward);
    const auto sink = std::make_shared<RecordingSink>();
    if (i % 3 == 0) {
      ASSERT_TRUE(rows->NextAsync(11'500, sink).ok());
    }
    if (i % 5 == 0) std::this_thread::sleep_for(std::chrono::microseconds(i * 10));
    rows.reset();
    if (i % 3 == 0) {
      EXPECT_TRUE(sink->wait());
      EXPECT_EQ(sink->faults(), 0);
    }
    services->join();
    EXPECT_EQ(services->ended(), 1);
  }
}

}  // namespace
}  // namespace cim
