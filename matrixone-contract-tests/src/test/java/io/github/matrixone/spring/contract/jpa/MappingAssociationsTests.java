package io.github.matrixone.spring.contract.jpa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityGraph;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.NamedAttributeNode;
import jakarta.persistence.NamedEntityGraph;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderBy;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Persistence;
import org.hibernate.Hibernate;
import org.hibernate.JDBCException;
import org.hibernate.LazyInitializationException;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.Fetch;
import org.hibernate.annotations.FetchMode;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.FaultOfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingAssociationsTests extends MappingContract {

	@Test
	void childrenAreStoredRemovedAndOrphanedWithTheirParent() {
		Author author = new Author();
		for (String title : List.of("c", "a", "b")) {
			author.add(new Book(title));
		}
		store(author);
		run((em) -> {
			Author found = em.find(Author.class, author.id);
			assertThat(found.books).extracting((book) -> book.title).containsExactly("a", "b", "c");
			found.books.remove(1);
			found.add(new Book("d"));
		});
		assertThat(titles(author)).containsExactly("a", "c", "d");
		run((em) -> em.remove(em.find(Author.class, author.id)));
		assertThat(titles(author)).isEmpty();
	}

	@Test
	void oneToOneIsReadFromBothSides() {
		Author author = new Author();
		author.biography = new Biography();
		author.biography.text = "x";
		author.biography.author = author;
		store(author);
		run((em) -> {
			Author found = em.find(Author.class, author.id);
			assertThat(found.biography.text).isEqualTo("x");
			assertThat(em.find(Biography.class, found.biography.id).author).isSameAs(found);
		});
	}

	@Test
	void aSecondOneToOneIsRefused() {
		Author author = store(new Author());
		run((em) -> em.persist(biography(em.find(Author.class, author.id))));
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> run((em) -> em.persist(biography(em.find(Author.class, author.id)))))
			.withStackTraceContaining("Duplicate entry");
	}

	@Test
	void manyToManyIsChangedFromItsOwningSide() {
		Author first = new Author();
		Author second = new Author();
		Genre shared = new Genre("shared");
		Genre removed = new Genre("removed");
		run((em) -> {
			em.persist(shared);
			em.persist(removed);
			first.genres.addAll(List.of(shared, removed));
			second.genres.add(shared);
			em.persist(first);
			em.persist(second);
		});
		run((em) -> em.find(Author.class, first.id).genres.removeIf((genre) -> genre.name.equals("removed")));
		run((em) -> {
			assertThat(em.find(Genre.class, shared.id).authors).hasSize(2);
			assertThat(em.find(Genre.class, removed.id).authors).isEmpty();
		});
	}

	@Test
	void anEntityRefersToItsOwnKind() {
		Node root = new Node();
		Node child = new Node();
		child.parent = root;
		root.children.add(child);
		store(root);
		run((em) -> {
			Node found = em.find(Node.class, child.id);
			assertThat(((Node) Hibernate.unproxy(found.parent)).id).isEqualTo(root.id);
			assertThat(((Node) Hibernate.unproxy(found.parent)).children).containsExactly(found);
		});
		run((em) -> em.remove(em.find(Node.class, root.id)));
		Node found = call((em) -> em.find(Node.class, child.id));
		assertThat(found).isNull();
	}

	@Test
	void collectionsOfValuesAreKept() {
		Album album = new Album();
		album.titles.addAll(List.of("b", "a", "a"));
		album.tags.addAll(Set.of("x", "X", "x "));
		album.ratings.putAll(Map.of("k", 1, "K", 2));
		album.tracks.addAll(List.of(new Track("one", 1), new Track(null, 2)));
		album.covers.put("front", new Track("cover", 0));
		store(album);
		run((em) -> {
			Album found = em.find(Album.class, album.id);
			assertThat(found.titles).containsExactly("b", "a", "a");
			assertThat(found.tags).containsExactlyInAnyOrder("x", "X", "x ");
			assertThat(found.ratings).isEqualTo(Map.of("k", 1, "K", 2));
			assertThat(found.tracks).extracting((track) -> track.seconds).containsExactlyInAnyOrder(1, 2);
			assertThat(found.covers.get("front").name).isEqualTo("cover");
			found.titles.remove(0);
			found.titles.add(0, "z");
			found.titles.add("y");
			found.tags.remove("X");
			found.ratings.put("k", 3);
			found.tracks.remove(0);
		});
		run((em) -> {
			Album found = em.find(Album.class, album.id);
			assertThat(found.titles).containsExactly("z", "a", "a", "y");
			assertThat(found.tags).containsExactlyInAnyOrder("x", "x ");
			assertThat(found.ratings).isEqualTo(Map.of("k", 3, "K", 2));
			assertThat(found.tracks).hasSize(1);
			em.remove(found);
		});
		assertThat(
				this.jdbc.queryForObject("SELECT count(*) FROM album_titles WHERE album_id = ?", Long.class, album.id))
			.isZero();
	}

	@Test
	void aListOfEntitiesKeepsItsOrder() {
		Album album = new Album();
		List.of("c", "a", "b").forEach((name) -> album.songs.add(new Song(name)));
		store(album);
		run((em) -> em.find(Album.class, album.id).songs.add(0, em.find(Album.class, album.id).songs.remove(2)));
		run((em) -> assertThat(em.find(Album.class, album.id).songs).extracting((song) -> song.name)
			.containsExactly("b", "c", "a"));
	}

	@Test
	void aMapOfEntitiesHasTheirKeys() {
		Album album = new Album();
		album.songs.add(new Song("a"));
		album.songs.add(new Song("b"));
		album.songs.forEach((song) -> album.songsByName.put(song.name, song));
		store(album);
		run((em) -> assertThat(em.find(Album.class, album.id).songsByName).containsOnlyKeys("a", "b"));
	}

	@Test
	void unidirectionalChildrenAreFoundByTheirColumn() {
		Album album = new Album();
		album.reviews.add(new Review());
		album.reviews.add(new Review());
		store(album);
		run((em) -> em.find(Album.class, album.id).reviews.remove(0));
		run((em) -> assertThat(em.find(Album.class, album.id).reviews).hasSize(1));
	}

	@Test
	void associationsAreLoadedLazilyInBatchesAndByGraphs() {
		run((em) -> {
			em.createQuery("delete from Book").executeUpdate();
			em.createQuery("delete from Biography").executeUpdate();
		});
		for (int i = 0; i < 5; i++) {
			Author author = new Author();
			author.nickname = "lazy";
			author.add(new Book("x"));
			author.add(new Book("y"));
			author.awards.add("w");
			store(author);
		}
		Author detached = call((em) -> lazyAuthors(em).get(0));
		assertThat(Hibernate.isInitialized(detached.books)).isFalse();
		assertThatExceptionOfType(LazyInitializationException.class).isThrownBy(() -> detached.books.size());
		run((em) -> assertThat(lazyAuthors(em)).allSatisfy((author) -> {
			assertThat(author.books).hasSize(2);
			assertThat(author.awards).containsExactly("w");
		}));
		run((em) -> {
			EntityGraph<?> graph = em.getEntityGraph("Author.books");
			List<Author> authors = em.createQuery("select a from Author a where a.nickname = 'lazy'", Author.class)
				.setHint("jakarta.persistence.fetchgraph", graph)
				.getResultList();
			assertThat(authors).hasSize(5)
				.allMatch((author) -> Persistence.getPersistenceUtil().isLoaded(author, "books"));
		});
		run((em) -> {
			Book book = em.createQuery("select b from Book b", Book.class).setMaxResults(1).getSingleResult();
			assertThat(Hibernate.isInitialized(book.author)).isFalse();
			assertThat(((Author) Hibernate.unproxy(book.author)).nickname).isEqualTo("lazy");
		});
	}

	@Test
	void aForeignKeyIsEnforced() {
		Author author = new Author();
		author.add(new Book("kept"));
		store(author);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("DELETE FROM author WHERE id = ?", author.id));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("UPDATE book SET author_id = -1 WHERE author_id = ?", author.id));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.jdbc.update("INSERT INTO book (title, author_id) VALUES ('x', -1)"));
		assertThat(titles(author)).containsExactly("kept");
	}

	@Test
	void theServerCascadesADelete() {
		Author author = store(new Author());
		Leaf leaf = new Leaf();
		Leaf orphan = new Leaf();
		run((em) -> {
			leaf.author = em.find(Author.class, author.id);
			em.persist(leaf);
			em.persist(orphan);
		});
		run((em) -> em.createQuery("delete from Author a where a.id = :id")
			.setParameter("id", author.id)
			.executeUpdate());
		assertThat(this.jdbc.queryForList("SELECT id FROM leaf WHERE id IN (?, ?)", Long.class, leaf.id, orphan.id))
			.containsExactly(orphan.id);
	}

	@Test
	void theServerSetsNull() {
		Author author = store(new Author());
		Blossom blossom = new Blossom();
		run((em) -> {
			blossom.author = em.find(Author.class, author.id);
			em.persist(blossom);
		});
		run((em) -> em.createQuery("delete from Author a where a.id = :id")
			.setParameter("id", author.id)
			.executeUpdate());
		assertThat(call((em) -> em.find(Blossom.class, blossom.id)).author).isNull();
	}

	// no issue known
	@Test
	@FaultOfServer("ON DELETE CASCADE does nothing within a table")
	void theServerDoesNotCascadeADeleteWithinATable() {
		Branch root = store(new Branch());
		Branch child = new Branch();
		run((em) -> {
			child.parent = em.find(Branch.class, root.id);
			em.persist(child);
		});
		run((em) -> em.createQuery("delete from Branch b where b.id = :id")
			.setParameter("id", root.id)
			.executeUpdate());
		assertThat(this.jdbc.queryForObject("SELECT parent_id FROM branch WHERE id = ?", Long.class, child.id))
			.isEqualTo(root.id);
		run((em) -> em.createQuery("delete from Branch").executeUpdate());
	}

	// no issue known
	@Test
	void theServerDoesNotSetNullWhereATableRefersTwiceToAnother() {
		Genre genre = store(new Genre("twice"));
		Twice twice = new Twice();
		run((em) -> {
			twice.first = em.find(Genre.class, genre.id);
			em.persist(twice);
		});
		assertThatExceptionOfType(JDBCException.class)
			.isThrownBy(() -> run((em) -> em.createQuery("delete from Genre g where g.id = :id")
				.setParameter("id", genre.id)
				.executeUpdate()))
			.withMessageContaining("out of range");
		assertThat(this.jdbc.queryForObject("SELECT first_id FROM twice WHERE id = ?", Long.class, twice.id))
			.isEqualTo(genre.id);
		run((em) -> em.createQuery("delete from Twice").executeUpdate());
	}

	private static List<Author> lazyAuthors(EntityManager em) {
		return em.createQuery("select a from Author a where a.nickname = 'lazy'", Author.class).getResultList();
	}

	private List<String> titles(Author author) {
		return call((em) -> em
			.createQuery("select b.title from Book b where b.author.id = :id order by b.title", String.class)
			.setParameter("id", author.id)
			.getResultList());
	}

	private static Biography biography(Author author) {
		Biography biography = new Biography();
		biography.author = author;
		return biography;
	}

	@Entity(name = "Author")
	@NamedEntityGraph(name = "Author.books", attributeNodes = @NamedAttributeNode("books"))
	static class Author {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String nickname;

		@OneToMany(mappedBy = "author", cascade = CascadeType.ALL, orphanRemoval = true)
		@OrderBy("title")
		@Fetch(FetchMode.SUBSELECT)
		List<Book> books = new ArrayList<>();

		@OneToOne(mappedBy = "author", cascade = CascadeType.ALL)
		Biography biography;

		@ManyToMany
		@JoinTable(name = "author_genre")
		Set<Genre> genres = new HashSet<>();

		@ElementCollection
		@BatchSize(size = 3)
		Set<String> awards = new HashSet<>();

		void add(Book book) {
			book.author = this;
			this.books.add(book);
		}

	}

	@Entity(name = "Book")
	static class Book {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String title;

		@ManyToOne(fetch = FetchType.LAZY, optional = false)
		Author author;

		Book() {
		}

		Book(String title) {
			this.title = title;
		}

	}

	@Entity(name = "Biography")
	static class Biography {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String text;

		@OneToOne(optional = false)
		Author author;

	}

	@Entity(name = "Genre")
	static class Genre {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

		@ManyToMany(mappedBy = "genres")
		Set<Author> authors = new HashSet<>();

		Genre() {
		}

		Genre(String name) {
			this.name = name;
		}

	}

	@Entity(name = "Node")
	static class Node {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ManyToOne(fetch = FetchType.LAZY)
		Node parent;

		@OneToMany(mappedBy = "parent", cascade = CascadeType.ALL)
		List<Node> children = new ArrayList<>();

	}

	@Entity(name = "Leaf")
	static class Leaf {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ManyToOne(fetch = FetchType.LAZY)
		@OnDelete(action = OnDeleteAction.CASCADE)
		Author author;

	}

	@Entity(name = "Blossom")
	static class Blossom {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ManyToOne(fetch = FetchType.LAZY)
		@OnDelete(action = OnDeleteAction.SET_NULL)
		Author author;

	}

	@Entity(name = "Branch")
	static class Branch {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ManyToOne(fetch = FetchType.LAZY)
		@OnDelete(action = OnDeleteAction.CASCADE)
		Branch parent;

	}

	@Entity(name = "Twice")
	static class Twice {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ManyToOne(fetch = FetchType.LAZY)
		@OnDelete(action = OnDeleteAction.SET_NULL)
		Genre first;

		@ManyToOne(fetch = FetchType.LAZY)
		@OnDelete(action = OnDeleteAction.SET_NULL)
		Genre second;

	}

	@Entity(name = "Album")
	static class Album {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@ElementCollection
		@CollectionTable(name = "album_titles")
		@OrderColumn
		List<String> titles = new ArrayList<>();

		@ElementCollection
		Set<String> tags = new HashSet<>();

		@ElementCollection
		@MapKeyColumn(name = "name")
		Map<String, Integer> ratings = new HashMap<>();

		@ElementCollection
		List<Track> tracks = new ArrayList<>();

		@ElementCollection
		Map<String, Track> covers = new HashMap<>();

		@ManyToMany(cascade = CascadeType.ALL)
		@OrderColumn
		List<Song> songs = new ArrayList<>();

		@OneToMany
		@JoinTable(name = "album_song_by_name")
		@MapKey(name = "name")
		Map<String, Song> songsByName = new HashMap<>();

		@OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
		@JoinColumn(name = "album_id", foreignKey = @ForeignKey(name = "review_of_album"))
		List<Review> reviews = new ArrayList<>();

	}

	@Embeddable
	static class Track {

		@Column(name = "track_name")
		String name;

		int seconds;

		Track() {
		}

		Track(String name, int seconds) {
			this.name = name;
			this.seconds = seconds;
		}

	}

	@Entity(name = "Song")
	static class Song {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

		Song() {
		}

		Song(String name) {
			this.name = name;
		}

	}

	@Entity(name = "Review")
	static class Review {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

	}

}
