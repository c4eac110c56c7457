/**
 * Auto-configuration for MyBatis.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.mybatis;

import org.jspecify.annotations.NullMarked;
