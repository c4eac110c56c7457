package io.github.matrixone.spring.boot.test.sandbox;

/**
 * How long a {@link MatrixOneSandbox} lives.
 *
 * @since 0.1
 */
public enum SandboxScope {

	/**
	 * Each test method has a sandbox of its own.
	 */
	PER_METHOD,

	/**
	 * The tests of a class share a sandbox, with those of its nested classes. After
	 * {@code @DirtiesContext} on a method they share a new one.
	 */
	PER_CLASS

}
