package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.CommitOrder;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.file.LineTooLongException;
import dev.connectors.file.LongLinePolicy;
import dev.connectors.file.OutsideRootException;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailStart;
import dev.connectors.file.TailedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a tail does with its files, without a stream; the clock is the test's. */
@SuppressWarnings("NullAway.Init") // before each test
class TailingTest {
  @TempDir private Path folder;
  private Path log;
  private TailSettings settings;
  private TailedFiles files;
  private @Nullable Tailing tailing;
  private long now;
  private int lines;

  @BeforeEach
  void create() {
    log = folder.resolve("app.log");
    files = TailedFiles.path(log);
    settings =
        TailSettings.create(ConfigFactory.load().getConfig("connectors.file.tail"))
            .withChunkSize(1000);
  }

  @AfterEach
  void close() throws IOException {
    if (tailing != null) {
      tailing.close();
    }
  }

  // ---- what is there at the start

  @Test
  void begin_fromTheBeginning_readsAll() throws Exception {
    append(log, "one\r\n\ntwo\nrest");

    begin();

    assertThat(read()).containsExactly("one", "", "two");
  }

  @Test
  void begin_fromTheEnd_readsWhatIsCompletedFromThenOn() throws Exception {
    settings = settings.withStart(TailStart.END);
    append(log, "one\ntwo\nthr");
    Path other = folder.resolve("other.log");
    files = TailedFiles.paths(log, other);

    begin();
    append(log, "ee\nfour\n");
    append(other, "later\n");

    assertThat(look()).containsExactlyInAnyOrder("three", "four", "later");
  }

  @Test
  void begin_nothingThereYet_readsWhatComes() throws Exception {
    log = folder.resolve("made/later.log");
    files = TailedFiles.path(log);
    begin();
    assertThat(look()).isEmpty();

    Files.createDirectory(folder.resolve("made"));
    append(log, "one\n");

    assertThat(look()).containsExactly("one");
  }

  @Test
  void begin_rotatedBefore_leavesThatAlone() throws Exception {
    append(folder.resolve("app.log.1"), "old\n");
    append(log, "new\n");

    begin();

    assertThat(read()).containsExactly("new");
    assertThat(look()).isEmpty();
    assertThat(resumed()).isEmpty();
  }

  @Test
  void begin_glob_readsAllThatMatchOnce() throws Exception {
    files = TailedFiles.glob(folder, "*.log").and(TailedFiles.path(log));
    append(log, "one\n");
    append(folder.resolve("b.log"), "two\n");
    append(folder.resolve("b.txt"), "no\n");

    begin();

    assertThat(read()).containsExactlyInAnyOrder("one", "two");
  }

  // ---- text

  @Test
  void read_charactersCutByReads_areWhole() throws Exception {
    settings = settings.withChunkSize(1);
    append(log, "grün €\n𝄞\n");

    begin();

    assertThat(read()).containsExactly("grün €", "𝄞");
  }

  @Test
  void read_byteOrderMark_isLeftOutAndOffsetsStay() throws Exception {
    append(log, "\uFEFFone\ntwo\n");
    begin();

    List<TailBatch> batches = batches();
    assertThat(batches.get(0).peek().text()).isEqualTo("one");
    assertThat(batches.get(0).peek().offset()).isZero();
    settle(batches.get(0), 1);

    List<TailPosition> positions = end();
    assertThat(positions.get(0).offset()).isEqualTo(7);
    resume(positions);
    assertThat(read()).containsExactly("two");
  }

  @Test
  void read_otherCharset_decodes() throws Exception {
    settings = settings.withCharset(Charset.forName("windows-1252"));
    Files.write(log, "grün €\n".getBytes(Charset.forName("windows-1252")));

    begin();

    assertThat(read()).containsExactly("grün €");
  }

  @Test
  void read_longLines_areFailedCutOrLeftOut() throws Exception {
    append(log, "ok\n0123456789\nok\n");
    settings = settings.withMaxLine(5).withOnLongLine(LongLinePolicy.TRUNCATE);
    begin();
    assertThat(read()).containsExactly("ok", "01234", "ok");

    settings = settings.withOnLongLine(LongLinePolicy.SKIP);
    begin();
    assertThat(read()).containsExactly("ok", "ok");

    settings = settings.withOnLongLine(LongLinePolicy.FAIL);
    begin();
    TailBatch batch = Objects.requireNonNull(tailing().read(now));
    assertThat(texts(batch)).containsExactly("ok");
    assertThat(batch.failure())
        .isInstanceOfSatisfying(
            LineTooLongException.class, failure -> assertThat(failure.offset()).isEqualTo(3));
  }

  @Test
  void read_lineWithoutItsEnd_waitsForTheRest() throws Exception {
    append(log, "begun");
    begin();
    assertThat(read()).isEmpty();

    append(log, " and ended\n");

    assertThat(look()).containsExactly("begun and ended");
  }

  // ---- rotation by renaming

  @Test
  void look_renamedWithAnUnreadRest_readsThatBeforeTheSuccessor() throws Exception {
    append(log, "1\n");
    begin();
    assertThat(read()).containsExactly("1");

    append(log, "2\n");
    rename(log, "app.log.1");
    append(log, "4\n");
    append(folder.resolve("app.log.1"), "3\n");

    assertThat(look()).containsExactly("2", "3", "4");
  }

  @Test
  void look_renamedTwiceBetweenTwoLooks_readsTheOneBetween() throws Exception {
    append(log, "1\n");
    begin();
    assertThat(read()).containsExactly("1");

    rename(log, "app.log.2");
    append(log, "2\n");
    rename(log, "app.log.1");
    append(log, "3\n");

    assertThat(look()).containsExactly("3");
    assertThat(look()).containsExactly("2"); // it might have been a copy that is being made
    assertThat(look()).isEmpty();
  }

  @Test
  void look_renamedToANameThatMatches_isReadOn() throws Exception {
    files = TailedFiles.glob(folder, "*.log");
    append(log, "1\n");
    begin();
    read();

    rename(log, "app-1.log");
    append(folder.resolve("app-1.log"), "2\n");
    append(log, "3\n");

    assertThat(look()).containsExactlyInAnyOrder("2", "3");
  }

  @Test
  void look_rotatedAndQuiet_givesTheLastLineWithoutItsEnd() throws Exception {
    append(log, "1\nrest");
    begin();
    assertThat(read()).containsExactly("1");
    rename(log, "app.log.1");
    append(log, "2\n");
    assertThat(look()).containsExactly("2");

    now += settings.rotatedWait().toNanos() - 2; // each look is one later
    assertThat(look()).isEmpty();

    assertThat(look()).containsExactly("rest");
    assertThat(look()).isEmpty();
  }

  @Test
  void look_rotatedQuietAndWrittenAgain_isReadOn() throws Exception {
    append(log, "1\n");
    begin();
    read();
    rename(log, "app.log.1");
    look();
    now += settings.rotatedWait().toNanos();
    look();
    settleAll();
    look();
    assertThat(tailing().open()).isZero();

    append(folder.resolve("app.log.1"), "late\n");

    assertThat(look()).containsExactly("late");
  }

  // ---- deletion

  @Test
  void look_deleted_readsWhatIsOpenAndThenTheSuccessor() throws Exception {
    append(log, "1\n");
    begin();
    read();

    append(log, "2\nrest");
    Files.delete(log);
    append(log, "3\n");

    assertThat(look()).containsExactly("2", "3");
    now += settings.rotatedWait().toNanos();
    assertThat(look()).containsExactly("rest");
    settleAll();
    look();
    assertThat(tailing().positions()).hasSize(1);
  }

  @Test
  void look_manyDeletedAndMadeAgain_keepsNothingOfThem() throws Exception {
    begin();
    for (int i = 0; i < 20; i++) {
      append(log, i + "\n");
      assertThat(look()).containsExactly(i + "");
      Files.delete(log);
      look();
      now += settings.rotatedWait().toNanos();
      look();
      settleAll();
      look();
    }
    assertThat(tailing().positions()).isEmpty();
    assertThat(tailing().open()).isZero();
  }

  // ---- truncation

  @Test
  void look_truncated_readsFromTheBeginning() throws Exception {
    append(log, "1\n2\n3\n");
    begin();
    read();

    truncate(log);
    append(log, "4\n");

    assertThat(look()).containsExactly("4");
  }

  @Test
  void look_truncatedAndGrownBeyond_readsFromTheBeginning() throws Exception {
    append(log, "1\n2\n3\n");
    begin();
    read();

    truncate(log);
    append(log, "now it is much longer\nthan before\n");

    assertThat(look()).containsExactly("now it is much longer", "than before");
  }

  @Test
  void look_copiedAndTruncated_readsTheRestInTheCopy() throws Exception {
    List<String> first = some(20);
    begin();
    assertThat(look()).containsExactlyElementsOf(first);

    List<String> second = some(20);
    Files.copy(log, folder.resolve("app.log.1"));
    truncate(log);
    List<String> third = some(3);

    assertThat(look()).containsExactlyInAnyOrderElementsOf(joined(second, third));
    assertThat(look()).isEmpty();
    assertThat(resumed()).isEmpty();
  }

  @Test
  void look_copyIsSeenBeforeTheTruncation_isReadOnce() throws Exception {
    List<String> first = some(20);
    begin();
    assertThat(look()).containsExactlyElementsOf(first);

    Files.copy(log, folder.resolve("app.log.1"));
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
    List<String> lost = some(1);
    assertThat(look()).containsExactlyElementsOf(lost); // not lost: it was read in time
    truncate(log);
    List<String> second = some(2);

    assertThat(look()).containsExactlyElementsOf(second);
    assertThat(look()).isEmpty();
    assertThat(resumed()).isEmpty();
  }

  @Test
  void look_copyAloneIsMade_isNotRead() throws Exception {
    List<String> first = some(20);
    begin();
    assertThat(look()).containsExactlyElementsOf(first);

    Files.copy(log, folder.resolve("app.log.bak"));

    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
    assertThat(resumed()).isEmpty();
  }

  @Test
  void look_copyingPauses_readsNothingTwice() throws Exception {
    Path copy = folder.resolve("app.log.1");
    List<String> first = some(40);
    begin();
    assertThat(look()).containsExactlyElementsOf(first);
    Files.createFile(copy);
    for (int size : new int[] {0, 300, 400}) { // within lines
      copyUpTo(size, copy);
      for (int i = 0; i < 3; i++) {
        assertThat(look()).as("%s bytes", size).isEmpty();
      }
    }

    List<String> second = some(20);
    copyUpTo(Files.size(log), copy);
    truncate(log);
    List<String> third = some(60);

    assertThat(look()).containsExactlyInAnyOrderElementsOf(joined(second, third));
    assertThat(look()).isEmpty();
    assertThat(resumed()).isEmpty();
  }

  @Test
  void look_copyingPausesUntilAllIsRead_goesOnAfterTheTruncation() throws Exception {
    Path copy = folder.resolve("app.log.1");
    List<String> first = some(40);
    begin();
    assertThat(look()).containsExactlyElementsOf(first);
    copyUpTo(300, copy);
    for (int i = 0; i < 3; i++) {
      assertThat(look()).isEmpty();
    }
    copyUpTo(Files.size(log), copy);
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();

    truncate(log);
    List<String> second = some(2);

    assertThat(look()).containsExactlyElementsOf(second);
    assertThat(resumed()).isEmpty();
  }

  /** Goes on with the copying. */
  private void copyUpTo(long size, Path copy) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int begun = Files.exists(copy) ? (int) Files.size(copy) : 0;
    Files.write(
        copy,
        Arrays.copyOfRange(all, begun, (int) size),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  // ---- resuming

  @Test
  void resume_nothingHappened_goesOn() throws Exception {
    append(log, "1\n2\n3\n");
    begin();
    List<TailBatch> batches = batches();
    settle(batches.get(0), 1);

    assertThat(resumed()).containsExactly("2", "3");
  }

  @Test
  void resume_renamedMeanwhile_goesOnThereAndWithAllSince() throws Exception {
    append(log, "1\n2\n");
    begin();
    settle(batches().get(0), 1);
    List<TailPosition> positions = end();

    append(log, "3\n");
    rename(log, "app.log.3");
    append(log, "4\n");
    rename(log, "app.log.2");
    append(log, "5\n");
    rename(log, "app.log.1");
    append(log, "6\n");

    resume(positions);
    List<String> seen = read();
    seen.addAll(look());
    seen.addAll(look());
    assertThat(seen).containsExactlyInAnyOrder("2", "3", "4", "5", "6");
    assertThat(seen.subList(0, 2)).containsExactly("2", "3");
  }

  @Test
  void resume_renamedToAnyName_goesOnThere() throws Exception {
    append(log, "1\n2\n");
    begin();
    settle(batches().get(0), 1);
    List<TailPosition> positions = end();

    rename(log, "yesterday");

    resume(positions);
    assertThat(read()).containsExactly("2");
    now += settings.rotatedWait().toNanos();
    look();
    now += settings.rotatedWait().toNanos();
    look();
    settleAll();
    look();
    look();
    assertThat(tailing().positions()).isEmpty();
  }

  @Test
  void resume_deletedAndMadeAgain_readsTheNewOne() throws Exception {
    append(log, "1\n2\n");
    begin();
    settle(batches().get(0), 2);
    List<TailPosition> positions = end();

    Files.delete(log);
    append(log, "3 which may have the same inode\n"); // ext4 gives it out again

    resume(positions);
    assertThat(read()).containsExactly("3 which may have the same inode");
  }

  @Test
  void resume_copiedAndTruncatedMeanwhile_goesOnInTheCopies() throws Exception {
    List<String> first = some(40);
    begin();
    settle(batches().get(0), 30);
    List<TailPosition> positions = end();

    List<String> second = some(5);
    Files.copy(log, folder.resolve("app.log.2"));
    truncate(log);
    List<String> third = some(70);
    Files.copy(log, folder.resolve("app.log.1"));
    truncate(log);
    List<String> fourth = some(1);

    resume(positions);
    List<String> seen = read();
    seen.addAll(look());
    seen.addAll(look());
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(joined(first.subList(30, 40), second, third, fourth));
  }

  @Test
  void resume_truncatedAfterItsCopyWasSeen_goesOnInTheCopy() throws Exception {
    List<String> all = some(40);
    begin();
    settle(batches().get(0), 30);
    Files.copy(log, folder.resolve("app.log.1"));
    look();
    look();
    List<TailPosition> positions = tailing().positions();
    assertThat(positions).hasSize(2);
    tailing().close();
    truncate(log);

    resume(positions);

    assertThat(read()).containsExactlyElementsOf(all.subList(30, 40));
  }

  @Test
  void resume_truncatedJustBeforeTheLastSaving_goesOnInTheCopy() throws Exception {
    List<String> all = some(40);
    begin();
    List<TailBatch> batches = batches();
    Files.copy(log, folder.resolve("app.log.1"));
    truncate(log);
    settle(batches.get(0), 30); // nobody has looked since
    List<TailPosition> positions = end();
    List<String> next = some(40);

    resume(positions);

    assertThat(read()).containsExactlyElementsOf(joined(all.subList(30, 40), next));
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
  }

  @Test
  void resume_positionsAsSaved_areTheSame() throws Exception {
    some(40);
    append(folder.resolve("app.log.1"), "old\n");
    begin();
    settle(batches().get(0), 3);

    List<TailPosition> positions = end();

    assertThat(positions).hasSize(2);
    assertThat(TailPosition.decode(TailPosition.encode(positions))).isEqualTo(positions);
    byte[] newer = ByteBuffer.wrap(TailPosition.encode(positions)).putInt(0, 9).array();
    assertThatThrownBy(() -> TailPosition.decode(newer))
        .isInstanceOf(IOException.class)
        .hasMessage("the positions of the tail are of version 9, known is 1");
  }

  @Test
  void resume_droppedAtTheEndOfARotatedFile_isDoneWithTheSuccessor() throws Exception {
    append(log, "1\n2\n");
    begin();
    List<TailBatch> first = batches();
    rename(log, "app.log.1");
    append(log, "3\n");
    now++;
    tailing().look(now);
    List<TailBatch> second = batches();
    emit(first.get(0));
    for (Tracked tracked : emit(second.get(0))) {
      tracked.settle(CommitOrder.IN_ORDER);
    }

    assertThat(resumed()).isEmpty();
  }

  // ---- bounds

  @Test
  void look_moreThanMaxFiles_fails() throws Exception {
    files = TailedFiles.glob(folder, "*.log");
    settings = settings.withMaxFiles(2);
    begin();
    for (String name : List.of("a.log", "b.log", "c.log")) {
      append(folder.resolve(name), "1\n");
    }

    assertThatThrownBy(this::look)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more files than max-files, 2");
  }

  @Test
  void read_severalThatGrow_takesTurns() throws Exception {
    files = TailedFiles.glob(folder, "*.log");
    for (String name : List.of("a.log", "b.log")) {
      append(folder.resolve(name), (name + "-".repeat(394) + "\n").repeat(20));
    }
    begin();

    StringBuilder order = new StringBuilder();
    for (TailBatch batch : batches()) {
      order.append(batch.content.spot().path().getFileName().toString().charAt(0));
    }

    assertThat(order.toString()).matches("(ab)+|(ba)+");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void look_linksAndRoot_staysWithin() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path root = Files.createDirectory(folder.resolve("root"));
    append(outside.resolve("secret"), "no\n");
    append(root.resolve("a.log"), "yes\n");
    Files.createSymbolicLink(root.resolve("b.log"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("c.log"), root.resolve("a.log"));
    files = TailedFiles.glob(Path.of("."), "*.log");
    settings = settings.withRoot(root);

    begin();
    assertThat(read()).containsExactly("yes");

    files = TailedFiles.path(outside.resolve("secret"));
    assertThatThrownBy(this::begin).isInstanceOf(OutsideRootException.class);
  }

  // ---- all of it

  @Test
  void look_randomRotations_readsEveryLineOnceInOrder() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      randomRotations(new Random(seed), "seed " + seed);
    }
  }

  /** Renamed, deleted, copied and truncated; read on now and then, or by another one. */
  private void randomRotations(Random random, String seed) throws IOException {
    Path here = Files.createDirectory(folder.resolve(seed));
    log = here.resolve("app.log");
    files = TailedFiles.path(log);
    append(log, "begin\n");
    begin();
    List<String> expected = new ArrayList<>(List.of("begin"));
    List<String> seen = new ArrayList<>(read());
    int rotated = 1000;
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(7)) {
        case 0 -> rename(log, "app.log." + rotated--);
        case 1 -> {
          if (Files.exists(log)) {
            Files.copy(log, here.resolve("app.log." + rotated--));
            truncate(log);
          }
        }
        case 2 -> {
          seen.addAll(look());
          settleAll();
          resume(end());
          seen.addAll(read());
        }
        case 3, 4 -> seen.addAll(look());
        default -> expected.addAll(some(random.nextInt(30)));
      }
      settleAll();
    }
    for (int i = 0; i < 4; i++) {
      seen.addAll(look());
    }
    // A file of fewer than 256 bytes can't be told from its copy, so it may be read again.
    assertThat(seen).as(seed).containsAll(expected);
    assertThat(seen.stream().distinct().count()).as(seed).isEqualTo(expected.size());
    assertThat(seen.size() - expected.size()).as(seed).isLessThan(60);
  }

  // ---- what the tests share

  private List<List<Tracked>> emitted = new ArrayList<>();
  private List<TailBatch> open = new ArrayList<>();

  private Tailing tailing() {
    return Objects.requireNonNull(tailing);
  }

  private Tailing create(TailedFiles of) throws IOException {
    close();
    open = new ArrayList<>();
    emitted = new ArrayList<>();
    tailing =
        new Tailing(
            of,
            settings,
            new InFlight(
                InFlightSettings.create(ConfigFactory.load().getConfig("connectors.in-flight"))
                    .withMaxElements(1_000_000),
                new NoOwner()));
    return tailing;
  }

  private void begin() throws IOException {
    create(files).begin(now);
  }

  private void resume(Collection<TailPosition> positions) throws IOException {
    create(files).resume(TailPosition.decode(TailPosition.encode(positions)), now);
  }

  private List<TailPosition> end() throws IOException {
    List<TailPosition> positions = tailing().positions();
    tailing().close();
    return positions;
  }

  /** What another one reads that goes on from here. */
  private List<String> resumed() throws IOException {
    settleEmitted();
    resume(end());
    List<String> seen = read();
    seen.addAll(look());
    seen.addAll(look());
    return seen;
  }

  private List<TailBatch> batches() throws IOException {
    List<TailBatch> batches = new ArrayList<>();
    for (TailBatch batch = tailing().read(now); batch != null; batch = tailing().read(now)) {
      assertThat(batch.failure()).isNull();
      if (batch.size() > 0) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private List<String> read() throws IOException {
    List<String> seen = new ArrayList<>();
    for (TailBatch batch : batches()) {
      open.add(batch);
      seen.addAll(texts(batch));
    }
    return seen;
  }

  private List<String> look() throws IOException {
    now++;
    tailing().look(now);
    return read();
  }

  private List<String> texts(TailBatch batch) {
    List<String> texts = new ArrayList<>();
    List<Tracked> tracked = new ArrayList<>();
    Lane lane = Objects.requireNonNull(batch.lane);
    while (!batch.isExhausted()) {
      texts.add(batch.peek().text());
      tracked.add(lane.emit(batch.position(), batch.nextBytes()));
      batch.advance();
    }
    emitted.add(tracked);
    return texts;
  }

  private List<Tracked> emit(TailBatch batch) {
    texts(batch);
    return emitted.remove(emitted.size() - 1);
  }

  /** Settles the first lines of a batch. */
  private void settle(TailBatch batch, int count) {
    for (Tracked tracked : emit(batch).subList(0, count)) {
      tracked.settle(CommitOrder.ANY_ORDER);
    }
  }

  private void settleEmitted() {
    emitted.forEach(batch -> batch.forEach(tracked -> tracked.settle(CommitOrder.ANY_ORDER)));
    emitted.clear();
  }

  private void settleAll() throws IOException {
    settleEmitted();
    var unused = tailing().positions();
  }

  private List<String> some(int count) throws IOException {
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add("line-%08d".formatted(lines++));
    }
    append(log, count == 0 ? "" : String.join("\n", some) + "\n");
    return some;
  }

  @SafeVarargs
  private static List<String> joined(List<String>... lists) {
    List<String> joined = new ArrayList<>();
    for (List<String> list : lists) {
      joined.addAll(list);
    }
    return joined;
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(
        file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  private static void rename(Path file, String to) throws IOException {
    if (Files.exists(file)) {
      Files.move(file, file.resolveSibling(to));
    }
  }

  private static final class NoOwner implements InFlight.Owner {
    @Override
    public void resume() {}

    @Override
    public CompletionStage<Done> commit() {
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
  }
}
