# What adapters/postgres/sql2c.cmake makes of good files, and that it refuses bad ones by name.
#   cmake -DSOURCE=<checkout> -DWORK=<empty folder> -P sql2c_test.cmake

file(REMOVE_RECURSE ${WORK})

function(sql2c)
  file(GLOB queries ${WORK}/queries/*.sql)
  file(GLOB migrations ${WORK}/migrations/*.sql)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DOUT=${WORK}/out "-DQUERIES=${queries}" "-DMIGRATIONS=${migrations}"
      -P ${SOURCE}/adapters/postgres/sql2c.cmake
    RESULT_VARIABLE status ERROR_VARIABLE message OUTPUT_QUIET)
  set(status ${status} PARENT_SCOPE)
  set(message "${message}" PARENT_SCOPE)
endfunction()

function(expect_contains file expected)
  file(READ ${WORK}/out/${file} text)
  string(FIND "${text}" "${expected}" at)
  if(at EQUAL -1)
    message(SEND_ERROR "${file} has no ${expected}; it is:\n${text}")
  endif()
endfunction()

# Puts one bad file into ${folder} and takes it away again.
function(expect_refused folder name text expected)
  file(WRITE ${WORK}/${folder}/${name} "${text}")
  sql2c()
  string(REGEX REPLACE "[ \n]+" " " message "${message}")
  string(FIND "${message}" "${expected}" at)
  if(status EQUAL 0 OR at EQUAL -1)
    message(SEND_ERROR "${name}: expected a refusal with \"${expected}\"; status ${status}: ${message}")
  endif()
  file(REMOVE ${WORK}/${folder}/${name})
endfunction()

file(WRITE ${WORK}/queries/two_words.sql
  "-- A comment; with a semicolon.\n-- $1 ids int8[] the cases, in order\n-- $2 at timestamptz\n"
  "select 'a\\b;\"c\"', id -- inner; comment\nfrom t where id = any ($1) and at < $2 and tags[1] = 'x';\n\n")
file(WRITE ${WORK}/migrations/0001_first.sql "create table a (b text[]);\ninsert into a values ('{x;y}');\n")
sql2c()
if(NOT status EQUAL 0)
  message(SEND_ERROR "good files were refused: ${message}")
endif()
expect_contains(queries.h "QUERY_TWO_WORDS,\n    QUERY_COUNT")
expect_contains(queries.c "two_words_types[] = {PG_INT8_ARRAY, PG_TIMESTAMPTZ}")
expect_contains(queries.c "\"select 'a\\\\b;\\\"c\\\"', id -- inner; comment\\n\"")
expect_contains(queries.c "tags[1] = 'x'\",")
expect_contains(migrations.c "{1, \"first\",\n        \"create table a (b text[]);\\n\"\n")

expect_refused(queries gap.sql "-- $1 a int8\n-- $3 b int8\nselect $1, $3\n" "expected \"-- $2 name type\"")
expect_refused(queries type.sql "-- $1 a jsonb\nselect $1\n" "cast in SQL")
expect_refused(queries undocumented.sql "-- $1 a int8\nselect $1, $2\n" "$2 is used and not documented")
expect_refused(queries unused.sql "-- $1 a int8\nselect 1\n" "$1 is documented and not used")
expect_refused(queries Upper.sql "select 1\n" "small letters")
expect_refused(migrations 0003_third.sql "select 1\n" "expected 2")
expect_refused(migrations second.sql "select 1\n" "NNNN_name.sql")
sql2c()
if(NOT status EQUAL 0)
  message(SEND_ERROR "the good files are refused in the end: ${message}")
endif()
